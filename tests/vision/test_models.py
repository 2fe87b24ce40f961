"""The networks we ship are those that were reviewed; others are not loaded."""

import hashlib
import re
from pathlib import Path

import pytest

from neural_threads.platform.vision import model_files
from neural_threads.platform.vision.model_files import MODELS, SHA256, ModelUnusable, load_model

MOST_BYTES = 25 * 1_048_576
ROOT = Path(__file__).parents[2]


def test_the_list_names_every_file_with_its_sum_and_licence() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|.*`licences/([^`]+)`.*\| `([0-9a-f]{64})` \|$", vendor(), re.MULTILINE)
    assert {name: digest for name, _licence, digest in rows} == SHA256
    assert all((MODELS / "licences" / licence).stat().st_size > 500 for _name, licence, _digest in rows)


def test_every_file_is_the_one_that_was_reviewed() -> None:
    files = {path.name for path in MODELS.iterdir() if path.is_file()} - {"VENDOR.md", "__init__.py"}
    assert files == set(SHA256)
    for name, digest in SHA256.items():
        assert hashlib.sha256((MODELS / name).read_bytes()).hexdigest() == digest


def test_all_networks_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in MODELS.iterdir() if path.is_file()) <= MOST_BYTES


def test_the_notice_names_the_data_and_its_unclear_terms() -> None:
    notice = (ROOT / "NOTICE").read_text()
    assert "DUTS" in notice
    assert "unclear" in notice


def test_a_file_that_was_changed_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "MODELS", tmp_path)
    with pytest.raises(ModelUnusable):
        load_model("u2netp.onnx")
    (tmp_path / "u2netp.onnx").write_bytes((MODELS / "u2netp.onnx").read_bytes() + b"x")
    with pytest.raises(ModelUnusable):
        load_model("u2netp.onnx")


def vendor() -> str:
    return (MODELS / "VENDOR.md").read_text()
