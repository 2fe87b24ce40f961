"""Retired words do not come back as names: docs/glossary.md says what to call things."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from neural_threads.platform.db.migrations import ROOT

RETIRED_NAMES = {
    "AnyQuestion", "Beating", "Chores", "Claim", "Desk", "Happening", "LeanEngine", "LeanManager", "LeanServer", "LeanSocket",
    "Maker", "Medium", "NotFromHere", "NotYourMove", "OtherRequest", "Pass", "Question", "Rack", "RequestStatus", "Shelf",
    "Stranger", "Taken", "Telling", "Together", "Visit", "Wall", "beats_of", "careful_answers", "claim_on", "doorkeeper", "enrol",
    "hand_over", "hang_up", "has_room", "kept_answers", "kept_pictures", "let_in", "named_requests", "people_behind",
    "renew_session", "saw", "show_refresh", "speaking", "squeezed_pages", "standing_by", "standing_of", "swap_password",
    "take_back", "take_down", "taken_in", "tell_of_chat", "tell_of_message", "tell_of_review", "wishes_of",
}  # fmt: skip
RETIRED_WORDS = {"maker", "makers", "picture", "pictures", "piece", "pieces", "medium", "wish", "wishes"}
RETIRED_IN = {"src": {"desk", "desks"}, "tests": set(), "bench": set(), "cluster": set()}
KEPT = {
    # Fields of JSON and of rows, parameters of addresses, and SQL parameters: the outside has these words.
    "maker", "maker_role", "piece", "piece_id", "piece_name", "picture", "pictures", "pieces", "wish", "wishes", "makers",
    # Handlers: the API document has their names.
    "delete_piece", "get_picture", "get_wishes", "post_piece", "put_piece", "put_wishes",
    # Jobs: a queue of today still has their names.
    "drop_pictures", "sweep_pictures",
}  # fmt: skip


def names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Everything that is given a name: functions, classes, arguments, variables, imports under another name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname, node.lineno


def words(name: str) -> set[str]:
    """Return the words of a name in snake_case or CamelCase, in lower case."""
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_"))


@pytest.mark.parametrize("floor", ["src", "tests", "bench", "cluster"])
def test_no_retired_word_is_a_name(floor: str) -> None:
    bad = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in sorted(Path(ROOT / floor).rglob("*.py"))
        for name, line in names(ast.parse(path.read_text()))
        if name.lstrip("_") in RETIRED_NAMES
        or (name not in KEPT and not name.isupper() and words(name) & (RETIRED_WORDS | RETIRED_IN[floor]))
    ]
    assert not bad, "docs/glossary.md has the word to use"


def test_the_glossary_names_each_retired_word() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text()
    assert all(word in text for word in ("maker", "picture", "piece", "medium", "wish"))
