"""What others made is what we say it is, and all of it is used."""

import re
from pathlib import Path

from neural_threads.web.shell.vendor import LIST, SHELL, listing, vendored

PROGRAM = SHELL.parent.parent


def test_the_list_tells_the_sum_of_every_file() -> None:
    assert LIST.read_text() == listing(), "run: python -m neural_threads.web.shell.vendor"


def test_nothing_from_outside_is_missing_in_the_list() -> None:
    told = {path for _, path in vendored()}
    there = {path for folder in ("vendor", "fonts") for path in (SHELL / folder).rglob("*") if path.is_file()}
    assert there - told == {LIST, *(SHELL / "vendor/licences").iterdir()}


def test_every_icon_is_used() -> None:
    texts = "\n".join(_texts())
    unused = [path.stem for path in (SHELL / "vendor/lucide").iterdir() if f"{path.stem}" not in _quoted(texts)]
    assert not unused, "take them out of vendor/lucide"


def _texts() -> list[str]:
    return [path.read_text() for kind in ("*.html", "*.py") for path in Path(PROGRAM).rglob(kind)]


def _quoted(texts: str) -> set[str]:
    return set(re.findall(r"""["']([a-z0-9-]+)["']""", texts))
