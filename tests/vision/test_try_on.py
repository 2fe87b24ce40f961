"""Bending and laying: splines, ribbons, what lies before a garment, and that nothing else of a picture changes."""

from functools import cache

import numpy as np
import pytest

from bench.dressed import GARMENTS, Drawn, drawn_garment, dressed_figure
from neural_threads.features.accounts.enums import BodyShape
from neural_threads.features.tryon.figures import HEIGHT, WIDTH, FigurePose, SkinTone, figure_of
from neural_threads.features.tryon.flows import shape_widths
from neural_threads.platform.vision import pose
from neural_threads.platform.vision.body_frame import BodyFrame, facing
from neural_threads.platform.vision.composing import compose
from neural_threads.platform.vision.garment_points import read_garment_points
from neural_threads.platform.vision.garment_templates import GarmentKind
from neural_threads.platform.vision.in_front import person_in_photo
from neural_threads.platform.vision.make_look import nearest_shape
from neural_threads.platform.vision.person import Person
from neural_threads.platform.vision.warp import NOWHERE, ribbon_map, spline_map
from tests.support.sweeps import sweep

SCALE = 0.4


@cache
def figure(shape: BodyShape = BodyShape.PEAR, each: FigurePose = FigurePose.RELAXED) -> Person:
    return dressed_figure(shape, each, SkinTone.HONEY, SCALE)


@cache
def garment(number: int) -> Drawn:
    return drawn_garment(*GARMENTS[number], width=480)


def test_a_spline_goes_through_its_points() -> None:
    target = np.array([(20, 20), (180, 30), (30, 200), (170, 190), (100, 110)], float)
    source = target * 1.5 + (7, -3)
    source[4] += (12, 9)
    where = spline_map(target, source, (0, 0, 208, 208))
    for (x, y), place in zip(target.astype(int), source, strict=True):
        assert np.abs(where[y, x] - place).max() < 2.5, "within the grid's error where it bends most"
    assert np.abs(where[30, 180] - source[1]).max() < 1


def test_a_ribbon_bends_at_an_elbow_without_a_crack() -> None:
    bent = np.array([(20.0, 20.0), (60, 20), (100, 24), (112, 60), (112, 100)])
    normals = np.array([(0, -12.0), (0, -12), (8, -8), (12, 0), (12, 0)])
    straight = np.linspace((0.0, 0.0), (0, 160), 5)
    half = np.array([10.0, 0])
    edges = (straight - half, straight + half)
    where = ribbon_map((bent + normals, bent - normals), edges, (0, 0, 140, 120))
    inside = where[..., 0] > NOWHERE
    assert inside[20, 20:100].all()
    assert inside[60:100, 112].all()
    assert where[inside][:, 1].min() > -4
    assert where[inside][:, 1].max() < 164


@pytest.mark.parametrize("number", sweep(range(len(GARMENTS)), quick=2))
def test_pixels_outside_the_garment_are_exactly_those_of_the_image(number: int) -> None:
    made, person = garment(number), figure(BodyShape.APPLE, FigurePose.HAND_ON_HIP)
    look = compose(person, [(made.rgb, read_garment_points(made.rgb, made.alpha, made.kind, {}))])
    outside = look.covered == 0
    assert (look.rgb[outside] == person.rgb[outside]).all()
    assert 0.02 < (look.covered > 127).mean() < 0.5


def test_face_and_hand_lie_before_the_garment() -> None:
    made, person = garment(2), figure(BodyShape.HOURGLASS, FigurePose.HAND_ON_HIP)
    look = compose(person, [(made.rgb, read_garment_points(made.rgb, made.alpha, made.kind, {}))])
    hand = figure_of(BodyShape.HOURGLASS, FigurePose.HAND_ON_HIP).arms[1]
    x, y = (round((a + b) / 2 * SCALE) for a, b in zip(hand.wrist, hand.fingertips, strict=True))
    for place in ((round(130 * SCALE), round(450 * SCALE)), (y, x)):
        assert (look.rgb[place] == person.rgb[place]).all()


def test_points_that_somebody_dragged_are_kept() -> None:
    made = garment(0)
    dragged = {"leftShoulder": (300.0, 90.0), "neckFront": (240.0, 130.0)}
    points = read_garment_points(made.rgb, made.alpha, made.kind, dragged).points
    assert {name: points[name] for name in dragged} == dragged


def test_a_mirrored_selfie_is_turned_round() -> None:
    joints = {
        "leftShoulder": (10.0, 5.0),
        "rightShoulder": (30.0, 5.0),
        "leftHip": (12.0, 40.0),
        "rightHip": (28.0, 40.0),
    }
    assert facing(joints)["rightShoulder"] == (10.0, 5.0)
    assert facing(facing(joints)) == facing(joints)


@pytest.mark.parametrize("each", sweep(FigurePose))
@pytest.mark.parametrize("shape", BodyShape)
def test_each_figure_is_told_by_its_widths(shape: BodyShape, each: FigurePose) -> None:
    suggested, sure = nearest_shape(figure(shape, each).body, shape_widths())
    assert suggested == shape
    assert sure is not None
    assert 0.5 < sure <= 1
    points = figure_of(shape, each).points
    assert all(0 < x < 1 and 0 < y < 1 for x, y in points.values())
    assert points["leftShoulder"][0] * WIDTH - points["rightShoulder"][0] * WIDTH > 150
    assert HEIGHT == 1200


@pytest.mark.parametrize(
    ("number", "how"), sweep([(4, "cut"), (5, "borrowed"), (6, "borrowed"), (8, "borrowed")], quick=2)
)
def test_a_sleeve_under_a_dupatta_follows_the_bent_arm(number: int, how: str) -> None:
    made, person = garment(number), figure(BodyShape.PEAR, FigurePose.HAND_ON_HIP)
    read = read_garment_points(made.rgb, made.alpha, made.kind, {})
    assert ("left" in read.sleeves, read.mirrored) == ((True, {}) if how == "cut" else (False, {"left": "right"}))
    assert "left" in read.under
    look = compose(person, [(made.rgb, read)])
    shoulder, elbow = person.body.joint("leftShoulder"), person.body.joint("leftElbow")
    x, y = np.round(shoulder + (elbow - shoulder) * 0.35).astype(int)
    assert look.covered[y, x] > 200, "the upper arm wears it"


def test_ribbons_end_without_steps() -> None:
    made, person = garment(11), figure(BodyShape.PEAR, FigurePose.RELAXED)
    look = compose(person, [(made.rgb, read_garment_points(made.rgb, made.alpha, made.kind, {}))])
    soft = (look.covered > 0) & (look.covered < 255)
    hard = (look.covered == 255) & (np.roll(look.covered, 1, axis=1) == 0)
    assert soft.sum() > 3 * hard.sum()


def test_layers_lie_from_the_lowest_up() -> None:
    person = figure()
    worn = [(each.rgb, read_garment_points(each.rgb, each.alpha, each.kind, {})) for each in (garment(7), garment(1))]
    alone, both = compose(person, worn[1:]), compose(person, worn)
    shirt = alone.covered == 255
    assert (both.rgb[shirt] == alone.rgb[shirt]).all()
    assert (both.covered > 0).sum() > (alone.covered > 0).sum() * 1.3


@pytest.mark.parametrize("kind", GarmentKind)
@pytest.mark.parametrize("shape", [(40, 300), (300, 40), (8, 8), (200, 200)])
def test_no_image_and_no_kind_breaks_it(kind: GarmentKind, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    rgb = rng.integers(0, 255, (*shape, 3), np.uint8)
    full = np.full(shape, 255, np.uint8)
    try:
        worn = read_garment_points(rgb, full, kind, {})
    except (ValueError, IndexError):
        return  # then the whole picture is laid on as a panel
    look = compose(figure(), [(rgb, worn)])
    outside = look.covered == 0
    assert (look.rgb[outside] == figure().rgb[outside]).all()


def test_joints_far_outside_the_image_break_nothing() -> None:
    rgb = np.full((200, 150, 3), 120, np.uint8)
    joints = {
        "leftShoulder": (140.0, 150.0),
        "rightShoulder": (20.0, 160.0),
        "leftHip": (120.0, 900.0),
        "rightHip": (30.0, 880.0),
    }
    made = garment(2)
    look = compose(
        person_in_photo(rgb, BodyFrame(joints)), [(made.rgb, read_garment_points(made.rgb, made.alpha, made.kind, {}))]
    )
    assert look.rgb.shape == rgb.shape


def test_nobody_is_found_where_nobody_is() -> None:
    assert pose.detect_people(np.full((320, 240, 3), 180, np.uint8)) == []
    assert len(pose._anchors()) == 2254
