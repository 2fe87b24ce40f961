"""Retired words do not come back as names of classes: what templates write and styles know."""

import re
from pathlib import Path

from neural_threads.platform.db.migrations import ROOT

WEB = ROOT / "src" / "neural_threads" / "web"
RETIRED = {"maker", "makers", "wall", "wish", "wishes", "pieces", "pictures", "desk", "chapter", "rack"}
"""`picture` is an element of HTML and its class, `shelf` a row that is scrolled sideways."""
CLASS = re.compile(r'class="([^"]*)"|\.(-?[a-z][\w-]*)(?=[^(]*\{)')


def classes(path: Path) -> set[str]:
    """Return the names of classes in a template or a style sheet, without what Jinja computes."""
    text = re.sub(r"\{[{%].*?[}%]\}", " ", path.read_text(), flags=re.S) if path.suffix == ".html" else path.read_text()
    return {name for both in CLASS.findall(text) for names in both for name in names.split()}


def test_no_class_has_a_retired_word() -> None:
    paths = [path for kind in ("*.html", "*.css") for path in WEB.rglob(kind) if "vendor" not in path.parts]
    bad = {
        f"{path.relative_to(WEB)} {name}" for path in paths for name in classes(path) if set(name.split("-")) & RETIRED
    }
    assert not bad
