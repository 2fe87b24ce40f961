"""The first line of a docstring names the thing or says what is done (CONTRIBUTING.md); it is not half a question."""

import ast
import re
from collections.abc import Iterator

from neural_threads.platform.db.migrations import ROOT

SRC = ROOT / "src" / "neural_threads"
QUESTION = re.compile(r"(What|Who|Whom|Whose|How|Which|Whether|Where)\b")
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def first_lines() -> Iterator[tuple[str, str]]:
    """Where each docstring of a module, class or function stands, and its first line."""
    for path in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, Documented) and (text := ast.get_docstring(node)):
                yield f"{path.relative_to(SRC)} {getattr(node, 'name', '')}", text.splitlines()[0]


def test_no_docstring_begins_like_a_question() -> None:
    assert not [f"{place}: {line}" for place, line in first_lines() if QUESTION.match(line)]


def test_every_module_says_what_it_is_for() -> None:
    modules = [path for path in SRC.rglob("*.py") if path.read_text().strip()]
    assert not [path for path in modules if not ast.get_docstring(ast.parse(path.read_text()))]
