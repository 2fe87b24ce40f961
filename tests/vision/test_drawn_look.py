"""Taking over what a model drew: the photo's face exactly, nothing that is no image, nobody who stands elsewhere."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import pyvips

from bench.dressed import dressed_figure
from neural_threads.features.accounts.enums import BodyShape
from neural_threads.features.tryon.figures import FigurePose, SkinTone
from neural_threads.platform.compute.bounded_process import BoundedProcess
from neural_threads.platform.images.generated_mark import SOURCE_TYPE
from neural_threads.platform.vision.aligning import ALIGNED_BY, aligned, fitted
from neural_threads.platform.vision.arrays import Image
from neural_threads.platform.vision.drawn_look import DrawnLookTask, UnusableDrawing, take_over
from neural_threads.platform.vision.face_paste import look_with_face
from neural_threads.platform.vision.face_region import face_mask
from neural_threads.platform.vision.person import Person
from neural_threads.platform.vision.trying_on import tryon_process
from tests.support.image_models import NO_IMAGE, drawn, tinted


@cache
def figure() -> Person:
    return dressed_figure(BodyShape.PEAR, FigurePose.RELAXED, SkinTone.HONEY, 0.6)


@cache
def photo() -> bytes:
    image = pyvips.Image.new_from_array(figure().rgb).copy(interpretation="srgb")
    return bytes(image.pngsave_buffer())


def shares() -> dict[str, tuple[float, float]]:
    height, width = figure().rgb.shape[:2]
    return {name: (x / width, y / height) for name, (x, y) in figure().body.joints.items()}


def recoloured() -> Image:
    return np.asarray(figure().rgb * (0.6, 0.9, 0.9), np.uint8)


def test_the_face_is_the_photos_and_all_else_the_models() -> None:
    person, other = figure(), recoloured()
    look = look_with_face(person.rgb, other, person.body.joints)
    ys, xs = np.indices(look.shape[:2])
    far = np.hypot(xs - 272, (ys - 86) / 1.3)  # from the middle of the drawn face
    assert (look[far < 16] == person.rgb[far < 16]).all()
    outside = far > 55
    outside[-60:, :120] = False  # the sign
    assert (look[outside] == other[outside]).all()
    blend = (look != person.rgb).any(axis=2) & (look != other).any(axis=2) & (far < 55)
    assert blend.sum() > 800, "a soft edge"


def test_without_a_pose_the_face_is_where_the_proportions_have_it() -> None:
    mask = face_mask(figure().rgb.shape, figure().body)
    assert mask[76:96, 262:278].min() == 255
    assert 0.002 < (mask == 255).mean() < (mask > 0).mean() < 0.03


def test_nobody_in_the_drawing_is_refused() -> None:
    with pytest.raises(UnusableDrawing):
        look_with_face(figure().rgb, np.full_like(figure().rgb, 128), figure().body.joints)


def test_the_sign_is_in_the_corner() -> None:
    person, other = figure(), recoloured()
    look = look_with_face(person.rgb, other, person.body.joints)
    corner = np.abs(look[-60:, :120].astype(int) - other[-60:, :120])
    assert (corner.max(axis=2) > 60).mean() > 0.1


def test_a_face_outside_the_photo_is_not_looked_for() -> None:
    person = figure()
    cut = person.rgb[round(person.body.joints["neck"][1]) + 20 :]
    joints = {name: (x, y - person.rgb.shape[0] + len(cut)) for name, (x, y) in person.body.joints.items()}
    other = np.asarray(255 - cut, np.uint8)
    look = look_with_face(cut, other, joints)
    assert (look[:100] == other[:100]).all()


@pytest.mark.parametrize(("height", "width"), [(1600, 1200), (1184, 864), (864, 576), (700, 560)])
def test_a_drawing_of_nearly_the_same_shape_is_cut_and_scaled(height: int, width: int) -> None:
    photo = np.zeros((800, 600, 3), np.uint8)
    drawing = np.zeros((height, width, 3), np.uint8)
    drawing[height // 2 - 40 : height // 2 + 40, width // 2 - 40 : width // 2 + 40] = 255
    result = fitted(drawing, photo)
    assert result.shape == photo.shape
    assert result[400, 300].tolist() == [255, 255, 255], "the middle stays the middle"


@pytest.mark.parametrize(("height", "width"), [(800, 800), (600, 800), (1600, 600), (200, 150)])
def test_another_shape_or_a_tiny_one_is_refused(height: int, width: int) -> None:
    with pytest.raises(UnusableDrawing):
        fitted(np.zeros((height, width, 3), np.uint8), np.zeros((800, 600, 3), np.uint8))


def moved(scale: float, turn: float, shift: complex) -> dict[str, tuple[float, float]]:
    joints = joints_here()
    by = scale * np.exp(1j * turn)
    return {name: ((by * complex(*at) + shift).real, (by * complex(*at) + shift).imag) for name, at in joints.items()}


def joints_here() -> dict[str, tuple[float, float]]:
    joints = figure().body.joints
    return {"nose": (joints["neck"][0], joints["neck"][1] - 60)} | {name: joints[name] for name in ALIGNED_BY[1:]}


def test_somebody_drawn_a_little_aside_is_moved_back() -> None:
    person, here, there = figure(), joints_here(), moved(1.05, 0.03, 12 - 8j)
    back = aligned(person.rgb, here, there, person.body.trunk)  # draws the figure where `there` says
    again = aligned(back, there, here, person.body.trunk)
    inside = np.s_[100:600, 120:420]
    assert np.abs(again[inside].astype(int) - person.rgb[inside]).mean() < 4


@pytest.mark.parametrize(
    "there", [moved(1.4, 0, 0), moved(0.7, 0, 0), moved(1, 0.3, 0), moved(1, 0, 0) | {"nose": (10.0, 700.0)}]
)
def test_somebody_who_stands_otherwise_is_refused(there: dict[str, tuple[float, float]]) -> None:
    with pytest.raises(UnusableDrawing):
        aligned(figure().rgb, there, joints_here(), figure().body.trunk)


@pytest.fixture(scope="module")
def process() -> Iterator[BoundedProcess]:
    process = tryon_process("drawn-looks", patience=60)
    yield process
    process.kill()


def task(folder: Path, drawing: bytes) -> DrawnLookTask:
    (folder / "photo").write_bytes(photo())
    (folder / "drawing").write_bytes(drawing)
    return DrawnLookTask(str(folder / "photo"), str(folder / "drawing"), str(folder / "look"), shares())


async def test_a_look_has_the_photos_size_and_says_in_its_file_that_it_is_generated(
    process: BoundedProcess, tmp_path: Path
) -> None:
    taken = await process.run(take_over, task(tmp_path, tinted(photo())))
    data = (tmp_path / "look").read_bytes()
    image = pyvips.Image.new_from_buffer(data, "")
    assert (image.width, image.height) == (taken.width, taken.height) == figure().rgb.shape[1::-1]
    assert SOURCE_TYPE.encode() in data
    assert SOURCE_TYPE.encode() in bytes(image.get("xmp-data"))
    assert taken.content_type == "image/webp"


@pytest.mark.case("H12")
@pytest.mark.parametrize("mode", NO_IMAGE)
async def test_what_is_no_image_of_that_shape_is_refused_as_an_upload_is(
    process: BoundedProcess, tmp_path: Path, mode: str
) -> None:
    with pytest.raises(UnusableDrawing):
        await process.run(take_over, task(tmp_path, drawn(mode, photo())))
    assert not (tmp_path / "look").exists()
