"""Try-on on drawn figures and garments whose points are known: how far off, how fast, and how it looks.

Even seeds of the garments are open: the templates were tuned on them. Odd ones are frozen. What this cannot show: how it is
on real photographs of people and clothes; no package that the program needs carries any.
"""

import os
import time
from math import hypot
from pathlib import Path
from statistics import mean, median
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np
import pyvips

from bench.context import Stage
from bench.dressed import GARMENTS, Drawn, drawn_garment, dressed_figure
from bench.figures import at_least, at_most, percentile
from neural_threads.features.accounts.enums import BodyShape
from neural_threads.features.tryon.figures import FigurePose, SkinTone, figure_of
from neural_threads.features.tryon.flows import shape_widths
from neural_threads.features.tryon.shapes import SURE
from neural_threads.platform.vision import masks, pose
from neural_threads.platform.vision.arrays import Image
from neural_threads.platform.vision.composing import compose
from neural_threads.platform.vision.face_paste import blended, look_with_face
from neural_threads.platform.vision.face_region import face_mask
from neural_threads.platform.vision.garment_points import Garment, read_garment_points
from neural_threads.platform.vision.in_front import person_in_photo
from neural_threads.platform.vision.make_look import nearest_shape
from neural_threads.platform.vision.person import Person

SEEDS = 8
NOISE, DRAWS = 0.05, 60
TILE = 0.16  # of the drawing's 900 × 1,200
FULL = 1024 / 900
SHEET = Path("docs") / "pictures" / "try-on.webp"
PEOPLE = Path(".local") / "people"


def run(stage: Stage) -> None:
    """Template points within 5 % of the shoulder width, frozen half, per kind (median); a look of 1024 × 1365 within 1 s of
    CPU once the pose is known; no pixel outside a garment changed; each figure's own shape suggested in 90 %."""
    masks.prepare()
    _template_points(stage)
    _looks(stage)
    _faces(stage)
    _shapes(stage)
    _old_clothes(stage)
    _people(stage)
    _sheet()


def _template_points(stage: Stage) -> None:
    worst = 0.0
    for cut, weave, dye, kind in GARMENTS:
        errors: dict[int, list[float]] = {0: [], 1: []}
        for seed in range(SEEDS):
            made = drawn_garment(cut, weave, dye, kind, seed)
            if not made.seams:
                continue
            errors[seed % 2] += _errors(made)
        if not errors[1]:
            continue
        row = {
            "open": round(median(errors[0]), 2),
            "frozen": round(median(errors[1]), 2),
            "frozen_worst": round(max(errors[1]), 2),
        }
        worst = max(worst, row["frozen"])
        _tell(stage, f"points of {cut}, % of the shoulder width", row)
    stage.report.promise(at_most("template points, frozen, worst kind's median", 5, worst, " %"))


def _errors(made: Drawn) -> list[float]:
    found = read_garment_points(made.rgb, made.alpha, made.kind, {}).points
    across = made.seams["leftShoulder"][0] - made.seams["rightShoulder"][0]
    return [
        100 * hypot(found[name][0] - x, found[name][1] - y) / across
        for name, (x, y) in made.seams.items()
        if name in found
    ]


def _looks(stage: Stage) -> None:
    """Time with the mask, and whether anything outside a garment changed."""
    cpu, changed, exact = [], 0, 0.0
    for shape in BodyShape:
        person = dressed_figure(shape, FigurePose.HAND_ON_HIP, SkinTone.HONEY, FULL)
        wanted = figure_of(shape, FigurePose.HAND_ON_HIP).points
        height, width = person.rgb.shape[:2]
        joints = {name: (x / width, y / height) for name, (x, y) in person.body.joints.items()}
        exact = max(exact, *(hypot(joints[n][0] - x, joints[n][1] - y) for n, (x, y) in wanted.items()))
        for cut, weave, dye, kind in GARMENTS[::3]:
            made = drawn_garment(cut, weave, dye, kind)
            rgb = _before_a_wall(made)
            began = time.process_time()
            alpha = masks.garment_mask(rgb, second_opinion=False).alpha
            look = compose(person, [(rgb, read_garment_points(rgb, alpha, kind, {}))])
            cpu.append(time.process_time() - began)
            outside = look.covered == 0
            changed += int((look.rgb[outside] != person.rgb[outside]).any(axis=-1).sum())
    p95 = percentile(sorted(cpu), 0.95)
    _tell(stage, "a look of 1024 × 1365", {"cpu_mean": round(mean(cpu), 3), "cpu_p95": round(p95, 3)})
    stage.report.promise(
        at_most("CPU of a look with its mask, p95", 1.0, round(p95, 2), " s"),
        at_most("pixels changed outside a garment", 0, changed),
        at_most("the figure's own points are off by", 0, round(exact, 6)),
    )


def _faces(stage: Stage) -> None:
    """Time of laying the photo's face into a drawn look, alone and with both poses and the sign."""
    paste, whole = [], []
    for shape in BodyShape:
        person = dressed_figure(shape, FigurePose.RELAXED, SkinTone.HONEY, FULL)
        drawing = np.ascontiguousarray(person.rgb[..., ::-1])
        began = time.process_time()
        blended(drawing, person.rgb, face_mask(person.rgb.shape, person.body, person.body.mask))
        paste.append(time.process_time() - began)
        began = time.process_time()
        look_with_face(person.rgb, person.rgb.copy(), person.body.joints)
        whole.append(time.process_time() - began)
    row = {"cpu_face": round(mean(paste), 4), "cpu_with_poses": round(mean(whole), 3)}
    _tell(stage, "the photo's face into a drawn look", row)
    stage.report.promise(at_most("CPU of the face alone, mean", 0.05, row["cpu_face"], " s"))


def _before_a_wall(made: Drawn) -> Image:
    wall = np.full_like(made.rgb, (224, 214, 198))
    share = made.alpha[..., None].astype(np.float32) / 255
    return (made.rgb * share + wall * (1 - share)).astype(np.uint8)


def _shapes(stage: Stage) -> None:
    right = [
        nearest_shape(dressed_figure(shape, pose_, SkinTone.HONEY, 0.5).body, shape_widths())[0] == shape
        for shape in BodyShape
        for pose_ in FigurePose
    ]
    share = 100 * mean(right)
    _tell(stage, "body shape suggested", {"agreement": round(share, 1)})
    _tell(stage, f"the same, widths off by {100 * NOISE:.0f} %", _noisy_shapes())
    stage.report.promise(at_least("the figure's own shape is suggested", 90, round(share, 1), " %"))


def _noisy_shapes() -> dict[str, float]:
    """The agreement when waist and hip are measured wrong, as clothes make them: of all, and of those that we call sure."""
    rng = np.random.default_rng(5)
    hits: dict[bool, list[bool]] = {True: [], False: []}
    for shape in BodyShape:
        body = dressed_figure(shape, FigurePose.RELAXED, SkinTone.HONEY, 0.5).body
        for _ in range(DRAWS):
            waist_off, hip_off = np.exp(rng.normal(0, NOISE, 2))
            off = {name: (waist * waist_off, hip * hip_off) for name, (waist, hip) in shape_widths().items()}
            suggested, sure = nearest_shape(body, off)
            hits[(sure or 0) >= SURE].append(suggested == shape)
    every = hits[True] + hits[False]
    shares = {"all": every, "sure": hits[True], "unsure": hits[False]}
    named = {name: round(100 * mean(some), 1) for name, some in shares.items() if some}
    return named | {"called_sure": round(100 * len(hits[True]) / len(every), 1)}


def _old_clothes(stage: Stage) -> None:
    """How much of what somebody wears shows around a new garment that should hide it: on figures dressed before."""
    shares: dict[str, list[float]] = {}
    for old in (GARMENTS[0], GARMENTS[1], GARMENTS[10]):
        for shape in BodyShape:
            person = dressed_figure(shape, FigurePose.RELAXED, SkinTone.HONEY, 0.5)
            worn = _dressed(person, old)
            image = person_in_photo(worn.rgb, worn.body)
            for cut, weave, dye, kind in (GARMENTS[2], GARMENTS[4], GARMENTS[10]):
                look = compose(image, [_cut_out(drawn_garment(cut, weave, dye, kind))])
                trunk = worn.head  # where the old clothes are
                left = (trunk > 127) & (look.covered < 128)
                shares.setdefault(cut, []).append(float(left.sum() / max(1, (trunk > 127).sum())))
    for cut, each in shares.items():
        _tell(stage, f"old clothes seen around a {cut}", {"share": round(mean(each), 3), "worst": round(max(each), 3)})


def _dressed(person: Person, garment: tuple[Any, ...]) -> Person:
    """The figure in old clothes; `head` holds where these are."""
    cut, weave, dye, kind = garment
    look = compose(person, [_cut_out(drawn_garment(cut, weave, dye, kind))])
    outline = np.maximum(person.body.mask, look.covered)
    body = type(person.body)(person.body.joints, outline)
    return Person(look.rgb, body, look.covered, person.arms)


def _cut_out(made: Drawn) -> tuple[Image, Garment]:
    return made.rgb, read_garment_points(made.rgb, made.alpha, made.kind, {})


def _people(stage: Stage) -> None:
    """Somebody is found only in pictures that are put into .local/people: of PyPI's scikit-image, for example, astronaut.png (a
    woman cut off at the chest), camera.png (a man from the side) and chelsea.png (a cat). None stands facing us from head to foot.
    """
    paths = sorted(PEOPLE.glob("*")) if PEOPLE.is_dir() else []
    found = []
    for path in paths:
        bgr = cv2.imread(str(path))
        if bgr is not None and pose.detect_people(np.ascontiguousarray(bgr[..., ::-1])):
            found.append(path.name)
    names = ", ".join(path.name for path in paths)
    said = f"{', '.join(found) or 'none'} of {names} in {PEOPLE}" if paths else f"none: no pictures in {PEOPLE}"
    stage.report.facts["people_found"] = said
    print("people found:", said)


def _sheet() -> None:
    """Five shapes in two poses in twelve garments; at the right the same as a plain overlay without any warp."""
    garments = [_cut_out(drawn_garment(*each)) for each in GARMENTS]
    rows = []
    for shape, tone in zip(BodyShape, list(SkinTone)[1:], strict=False):
        for each in FigurePose:
            person = dressed_figure(shape, each, tone, TILE * 2)
            looks = [compose(person, [garment]).rgb for garment in garments]
            plain = [_overlaid(person, garment) for garment in garments]
            rows.append(np.hstack([*looks, *plain]))
    sheet = pyvips.Image.new_from_array(np.vstack(rows)).resize(0.5).copy(interpretation="srgb")
    SHEET.parent.mkdir(parents=True, exist_ok=True)
    sheet.webpsave(str(SHEET), Q=78, effort=5)


def _overlaid(person: Person, worn: tuple[Image, Garment]) -> Image:
    """The baseline: the garment's box, as broad as it has to be for the shoulders (or hips), laid on as it is."""
    rgb, garment = worn
    points, body = garment.points, person.body
    is_top = "leftShoulder" in points
    left, right = (points[side + ("Shoulder" if is_top else "Waist")] for side in ("left", "right"))
    scale = 2 * (body.edge if is_top else body.half_width(0.7)) / max(left[0] - right[0], 1)
    middle = ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2)
    place = body.at(0, -0.03 if is_top else 0.7)
    matrix = np.array([[scale, 0, place[0] - middle[0] * scale], [0, scale, place[1] - middle[1] * scale]])
    size = person.rgb.shape[1], person.rgb.shape[0]
    alpha = garment.body.copy()
    for sleeve in garment.sleeves.values():
        alpha = np.maximum(alpha, sleeve)
    share = cv2.warpAffine(alpha, matrix, size)[..., None].astype(np.float32) / 255
    moved = cv2.warpAffine(rgb, matrix, size)
    return (person.rgb * (1 - share) + moved * share).astype(np.uint8)


def _tell(stage: Stage, what: str, figures: dict[str, float]) -> None:
    stage.report.rows.append({"what": what, **figures})
    print(f"{what:48}", *(f"{name} {value}" for name, value in figures.items()), flush=True)
