"""The demo's pictures: every cut in every weave, the same to the byte each time, drawn once and kept."""

import hashlib
import subprocess
import sys
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from neural_threads.demo.art import CUTS, DYES, GROUNDS, WEAVES, Drawing, Portrait, draw_all, svg_of
from neural_threads.demo.art.weaves import Cloth
from neural_threads.platform.images.folder import Folder, is_public_id
from tests.support.sweeps import sweep

FEW = [
    Drawing("lehenga", "ikat", "rani"),
    Drawing("saree", "paisley", "peacock", "sage"),
    Drawing("shirt", "checks", "indigo", transparent=True),
    Portrait("Dina Rao"),
]
DRAW = """
import hashlib, sys
from pathlib import Path
from neural_threads.demo.art import Drawing, Portrait, draw_all

if __name__ == "__main__":
    drawings = [Drawing("lehenga", "ikat", "rani"), Drawing("saree", "paisley", "peacock", "sage"),
                Drawing("shirt", "checks", "indigo", transparent=True), Portrait("Dina Rao")]
    for drawn in draw_all(drawings, Path(sys.argv[1]), workers=1):
        print(drawn.public_id, drawn.sha256.hex())
"""


@pytest.mark.parametrize("cut", sweep(CUTS, quick=3))
@pytest.mark.parametrize("transparent", [False, True])
def test_every_cut_is_drawn_in_some_weave(cut: str, transparent: bool) -> None:
    weaves, dyes, grounds = list(WEAVES), list(DYES), list(GROUNDS)
    n = list(CUTS).index(cut)
    image = Drawing(cut, weaves[n % len(weaves)], dyes[n % len(dyes)], grounds[n % len(grounds)], transparent)
    document = ElementTree.fromstring(svg_of(image))
    assert (document.get("width"), document.get("height")) == ("960", "1200")
    assert "nan" not in svg_of(image)


@pytest.mark.parametrize("weave", sweep(WEAVES, quick=3))
def test_every_weave_reaches_from_edge_to_edge_of_its_cloth(weave: str) -> None:
    cloth = Cloth(700, 900, DYES["madder"], Random(1))
    points = [point for ink in WEAVES[weave](cloth) for polygon in ink.polygons for point in polygon]
    assert min(x for x, _ in points) < 60
    assert max(x for x, _ in points) > 640
    assert min(y for _, y in points) < 60
    assert max(y for _, y in points) > 840


@pytest.mark.parametrize("dye", sweep(DYES, quick=3))
def test_every_dye_has_its_own_image(dye: str) -> None:
    assert DYES[dye].base in svg_of(Drawing("shirt", "linen", dye))


def test_letters_are_paths_and_no_font_of_the_machine_is_asked_for() -> None:
    assert all("<text" not in svg_of(image) and "font" not in svg_of(image) for image in FEW)


@pytest.mark.long
def test_two_processes_draw_the_same_bytes(tmp_path: Path) -> None:
    script = tmp_path / "draw.py"
    script.write_text(DRAW)
    runs = [
        subprocess.run(
            [sys.executable, script, tmp_path / name],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": name},
        )
        for name in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout
    assert len(runs[0].stdout.splitlines()) == 4


@pytest.mark.long  # pictures are drawn
def test_what_is_drawn_is_kept_and_only_the_missing_is_drawn_again(tmp_path: Path) -> None:
    first = draw_all(FEW, tmp_path, workers=1)
    store = Folder(tmp_path)
    kept, gone = store.original(first[0].public_id), store.original(first[3].public_id)
    before = kept.stat().st_mtime_ns
    gone.unlink()
    again = draw_all([*FEW, FEW[0]], tmp_path, workers=1)
    assert again == first
    assert kept.stat().st_mtime_ns == before
    assert gone.exists()
    assert hashlib.sha256(kept.read_bytes()).digest() == first[0].sha256
    assert store.derivative(first[0].public_id, 400, "avif").exists()


def test_names_are_told_apart_and_can_stand_in_an_address() -> None:
    images = [*FEW, Drawing("lehenga", "ikat", "rani", seed=1), Drawing("lehenga", "ikat", "rani", transparent=True)]
    names = [image.public_id for image in images]
    assert len(set(names)) == len(names)
    assert all(is_public_id(name) and name.startswith("demo/") for name in names)


@pytest.mark.parametrize(
    ("name", "initials"), [("Dina Rao", "DR"), ("Zoë", "Z"), ("Anna Maria de Souza", "AS"), ("ಮೀರಾ", "")]
)
def test_a_portrait_wears_the_initials_of_its_person(name: str, initials: str) -> None:
    assert Portrait(name).initials == initials
    assert is_public_id(Portrait(name).public_id)
    ElementTree.fromstring(svg_of(Portrait(name)))
