"""What is believed of a pose, and what of a person lies before a garment.

No picture of a person is part of this repository, and the network finds nobody in drawings. So the points and outline that it
would find are given here by hand; everything after the network is what really runs.
"""

from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest

from bench.dressed import GARMENTS, Drawn, drawn_garment, dressed_figure
from neural_threads.features.accounts.enums import BodyShape
from neural_threads.features.tryon.figures import FigurePose, SkinTone, figure_of
from neural_threads.platform.vision.arrays import Image, Mask
from neural_threads.platform.vision.body_frame import BodyFrame
from neural_threads.platform.vision.composing import Look, compose
from neural_threads.platform.vision.garment_points import read_garment_points
from neural_threads.platform.vision.garment_templates import GarmentKind
from neural_threads.platform.vision.in_front import person_in_photo
from neural_threads.platform.vision.make_look import hangs_out, placed
from neural_threads.platform.vision.person import Person
from neural_threads.platform.vision.pose import Pose
from neural_threads.platform.vision.trying_on import TryOnTask

SCALE = 0.5
HAIR, SKIN, OLD = (29, 22, 34), (198, 142, 104), (205, 208, 214)


@cache
def figure(pose: FigurePose = FigurePose.RELAXED) -> Person:
    return dressed_figure(BodyShape.RECTANGLE, pose, SkinTone.HONEY, SCALE)


def pose_of(person: Person, *, presence: float = 0.99, moved: dict[str, tuple[float, float]] | None = None) -> Pose:
    """What the network says of somebody whose joints and outline are these."""
    joints = {**person.body.joints, "nose": place(person, 0.5, 0.123)} | (moved or {})
    assert person.body.mask is not None
    return Pose({name: (x, y, 0.98) for name, (x, y) in joints.items()}, presence, person.body.mask)


def place(person: Person, x: float, y: float) -> tuple[float, float]:
    return x * person.rgb.shape[1], y * person.rgb.shape[0]


def task(**given: Any) -> TryOnTask:
    points = figure_of(BodyShape.RECTANGLE).points
    return TryOnTask(garments=[], target="", joints=given, fallback=points, photo="photo.jpg")


def dressed(person: Person, number: int = 0) -> Look:
    made = drawn_garment(*GARMENTS[number], width=480)
    look = compose(person, [(made.rgb, read_garment_points(made.rgb, made.alpha, made.kind, {}))])
    outside = look.covered == 0
    assert (look.rgb[outside] == person.rgb[outside]).all(), "nothing but the garment changes"
    return look


def lowered(person: Person, by: float) -> tuple[Image, Pose]:
    """The same person so far down in the picture that a part of them (0-1 of its height) is below its edge."""
    shift = np.array([[1, 0, 0], [0, 1, by * person.rgb.shape[0]]])
    size = person.rgb.shape[1], person.rgb.shape[0]
    assert person.body.mask is not None
    found = pose_of(person)
    points = {name: (x, y + shift[1, 2], seen) for name, (x, y, seen) in found.points.items()}
    rgb = cv2.warpAffine(person.rgb, shift, size, borderMode=cv2.BORDER_REPLICATE)
    return rgb, Pose(points, 0.99, cv2.warpAffine(person.body.mask, shift, size))


def test_somebody_who_stands_is_believed() -> None:
    person, found = placed(figure().rgb, task(), pose_of(figure()), is_crowd=False)
    assert (found.problem, found.confidence > 0.9) == (None, True)
    assert dressed(person).covered.max() == 255


def test_several_people_are_said_and_one_is_dressed() -> None:
    person, found = placed(figure().rgb, task(), pose_of(figure()), is_crowd=True)
    assert (found.problem, found.confidence < 0.5) == ("SEVERAL_PEOPLE", True)
    assert dressed(person).covered.max() == 255


def test_who_is_cut_off_below_the_chest_is_said_to_be() -> None:
    rgb, found_pose = lowered(figure(), 0.6)
    person, found = placed(rgb, task(), found_pose, is_crowd=False)
    assert (found.problem, found.confidence < 0.5) == ("CUT_OFF", True)
    assert dressed(person).rgb.shape == rgb.shape


@pytest.mark.long  # the real network on many pictures
def test_a_photo_that_ends_above_the_hem_is_said_to_cut_off() -> None:
    person = figure()
    knee = round(person.body.joints["leftKnee"][1])
    hip = round(person.body.joints["leftHip"][1] + 0.1 * person.body.trunk)
    reaches: dict[int, set[GarmentKind]] = {}
    for end in (hip, knee, person.rgb.shape[0]):
        body = BodyFrame(person.body.joints, person.body.mask[:end] if person.body.mask is not None else None)
        cropped = Person(person.rgb[:end], body, person.head[:end], person.arms[:end])
        for number in range(len(GARMENTS)):
            made = drawn_garment(*GARMENTS[number], width=480)
            garment = read_garment_points(made.rgb, made.alpha, made.kind, {})
            if hangs_out(cropped, [garment]):
                reaches.setdefault(end, set()).add(made.kind)
    floor_length = {
        GarmentKind.SAREE,
        GarmentKind.GOWN,
        GarmentKind.LEHENGA,
        GarmentKind.ANARKALI,
        GarmentKind.TROUSERS,
    }
    assert floor_length <= reaches[hip]
    assert floor_length <= reaches[knee]
    assert not {GarmentKind.SHIRT, GarmentKind.JACKET} & (reaches[hip] | reaches[knee])
    assert person.rgb.shape[0] not in reaches, "who stands whole in the picture is never cut off"


def test_who_sits_is_told_so() -> None:
    joints, down = figure().body.joints, figure().body.trunk
    knees = {
        side + "Knee": (joints[side + "Hip"][0], joints[side + "Hip"][1] + 0.3 * down) for side in ("left", "right")
    }
    person, found = placed(figure().rgb, task(), pose_of(figure(), moved=knees), is_crowd=False)
    assert (found.problem, found.confidence < 0.5) == ("SITTING", True)
    assert dressed(person).covered.max() == 255


@pytest.mark.parametrize(
    "moved",
    [
        {"leftShoulder": (230.0, 120.0), "rightShoulder": (224.0, 120.0)},
        {"leftHip": (240.0, 125.0), "rightHip": (210.0, 125.0)},
        {
            "leftShoulder": (440.0, 40.0),
            "rightShoulder": (390.0, 40.0),
            "leftHip": (440.0, 110.0),
            "rightHip": (395.0, 110.0),
        },
    ],
    ids=["shoulders of a dot", "no trunk", "beside the outline"],
)
def test_what_is_no_body_is_nobody(moved: dict[str, tuple[float, float]]) -> None:
    """As of a cat in which the network saw somebody: the figure's proportions are placed in the picture instead."""
    person, found = placed(figure().rgb, task(), pose_of(figure(), moved=moved), is_crowd=False)
    assert (found.problem, found.confidence < 0.5) == ("NO_PERSON", True)
    joints = {name: person.body.joints[name] for name in moved}
    assert all(np.hypot(joints[name][0] - x, joints[name][1] - y) > 8 for name, (x, y) in moved.items())
    dressed(person)


@pytest.mark.parametrize(("across", "is_sure"), [(1.0, True), (0.16, False), (3.2, False)])
def test_given_points_that_do_not_fit_the_outline_are_used_and_doubted(across: float, is_sure: bool) -> None:
    rgb, joints = figure().rgb, figure().body.joints
    height, width = rgb.shape[:2]
    middle = width / 2
    given = {
        name: ((middle + (joints[name][0] - middle) * across) / width, joints[name][1] / height)
        for name in ("leftShoulder", "rightShoulder", "leftHip", "rightHip")
    }
    _, found = placed(rgb, task(**given), pose_of(figure()), is_crowd=False)
    assert found.joints == given
    assert (found.problem, found.confidence > 0.5) == (None, is_sure)


def photo(*, hair: bool = True, shirt: tuple[int, int, int] = OLD) -> tuple[Image, BodyFrame]:
    """A figure as a photo would show her: in a plain shirt, with long hair that falls over both shoulders."""
    person = figure()
    rgb, mask = person.rgb.copy(), person.body.mask
    assert mask is not None
    body = BodyFrame({**person.body.joints, "nose": place(person, 0.5, 0.123)}, mask)
    made = drawn_garment(*GARMENTS[1], width=480)
    worn = compose(person, [(made.rgb, read_garment_points(made.rgb, made.alpha, made.kind, {}))])
    rgb[worn.covered > 127] = shirt
    if hair:
        painted = np.zeros(mask.shape, np.uint8)
        for sign in (-1, 1):
            head, foot = body.at(sign * 0.17 * body.trunk, -0.5), body.at(sign * 0.3 * body.trunk, 0.42)
            ends = [tuple(int(value) for value in np.round(end)) for end in (head, foot)]
            cv2.line(painted, ends[0], ends[1], 255, round(0.1 * body.trunk))
        rgb[painted > 0] = HAIR
        body = BodyFrame(body.joints, np.maximum(mask, painted))
    return rgb, body


def strand(body: BodyFrame, shape: tuple[int, ...]) -> Mask:
    """The middle of the hair below the shoulders."""
    zone = np.zeros(shape[:2], np.uint8)
    for sign in (-1, 1):
        start, end = body.at(sign * 0.246 * body.trunk, 0.05), body.at(sign * 0.286 * body.trunk, 0.33)
        cv2.line(zone, tuple(np.round(start).astype(int)), tuple(np.round(end).astype(int)), 255, 3)
    return zone


def test_long_hair_lies_over_the_garment() -> None:
    rgb, body = photo()
    person = person_in_photo(rgb, body)
    look = dressed(person)
    hair = strand(body, rgb.shape) > 0
    assert np.abs(look.rgb[hair].astype(int) - HAIR).max() < 30
    beside = np.round(body.at(0, 0.3)).astype(int)
    assert look.covered[beside[1], beside[0]] == 255, "the chest between is dressed"


def test_a_dark_shirt_is_not_taken_for_hair() -> None:
    rgb, body = photo(hair=False, shirt=(44, 30, 28))
    look = dressed(person_in_photo(rgb, body))
    chest = np.round(body.at(0.2 * body.trunk, 0.3)).astype(int)
    assert look.covered[chest[1], chest[0]] == 255


def test_a_hand_before_the_garment_keeps_its_outline() -> None:
    """Only skin of it: what the old shirt shows between hand and line is dressed."""
    person = figure()
    rgb, body = photo(hair=False)
    wrist, elbow = body.at(0.02 * body.trunk, 0.62), body.at(0.55 * body.trunk, 0.5)
    nose = np.array(body.joints["nose"])
    face = np.round(nose).astype(int)
    cv2.circle(rgb, tuple(face), round(0.12 * body.trunk), SKIN, -1)
    tip = wrist + (wrist - elbow) * 0.3
    cv2.line(rgb, tuple(np.round(wrist).astype(int)), tuple(np.round(tip).astype(int)), SKIN, round(0.06 * body.trunk))
    joints = {
        **body.joints,
        "leftElbow": (float(elbow[0]), float(elbow[1])),
        "leftWrist": (float(wrist[0]), float(wrist[1])),
    }
    look = dressed(person_in_photo(rgb, BodyFrame(joints, person.body.mask)))
    inside = np.round((wrist + tip) / 2).astype(int)
    assert np.abs(look.rgb[inside[1], inside[0]].astype(int) - SKIN).max() < 12
    below = np.round((wrist + tip) / 2 + body.down * 0.07 * body.trunk).astype(int)
    assert look.covered[below[1], below[0]] == 255, "not a thick line of the old shirt"


def with_collar() -> Drawn:
    """A shirt whose collar stands high behind the neck."""
    made = drawn_garment(*GARMENTS[1], width=480)
    points = read_garment_points(made.rgb, made.alpha, made.kind, {}).points
    (left, y), (right, _) = points["rightNeck"], points["leftNeck"]
    rgb, alpha = made.rgb.copy(), made.alpha.copy()
    corner = (round(left) - 4, round(y) - 26), (round(right) + 4, round(y) + 6)
    cv2.rectangle(alpha, *corner, 255, -1)
    cv2.rectangle(rgb, *corner, tuple(int(value) for value in np.median(made.rgb[made.alpha > 250], axis=0)), -1)
    return Drawn(rgb, alpha, GarmentKind.SHIRT, {})


def test_the_back_of_a_collar_is_seen_behind_the_neck_only() -> None:
    made, person = with_collar(), figure()
    garment = read_garment_points(made.rgb, made.alpha, made.kind, {})
    assert garment.collar is not None
    assert garment.collar.any()
    look = compose(person, [(made.rgb, garment)])
    plain = compose(person, [(made.rgb, type(garment)(**{**vars(garment), "collar": None}))])
    changed = (look.rgb != plain.rgb).any(axis=2)
    assert changed.any()
    assert person.body.mask is not None
    assert not (changed & (person.body.mask == 255)).any(), "never before the person"
    ys, xs = np.nonzero(changed)
    assert np.abs(xs - person.rgb.shape[1] / 2).max() < person.body.edge, "at the neck"
    assert ys.max() < person.body.origin[1] + 0.1 * person.body.trunk
