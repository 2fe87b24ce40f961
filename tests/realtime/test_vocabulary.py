"""docs/socket-events.md lists exactly the events there are, what they carry and who hears them."""

import importlib
import pkgutil
import re
from pathlib import Path
from types import NoneType
from typing import Any, get_type_hints

import msgspec
import pytest

import neural_threads.features
import neural_threads.web
from neural_threads.platform.realtime import CLIENT_EVENTS, SERVER_EVENTS
from neural_threads.platform.realtime.packet_parser import RESERVED

DOC = Path(__file__).parents[2] / "docs/socket-events.md"


@pytest.fixture(scope="module")
def tables() -> list[list[list[str]]]:
    """The rows of both tables, cells stripped."""
    parts = DOC.read_text().split("\n## ")
    chosen = [part for part in parts if part.startswith("What a client")]
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("| `")]
        for part in chosen
    ]


@pytest.fixture(scope="module", autouse=True)
def everything_declared() -> None:
    for floor in (neural_threads.features, neural_threads.web):
        for module in pkgutil.walk_packages(floor.__path__, f"{floor.__name__}."):
            importlib.import_module(module.name)


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def fields(shape: Any) -> list[str]:
    return [] if shape is NoneType else [field.encode_name for field in msgspec.structs.fields(shape)]


def test_what_may_be_sent(tables: Any) -> None:
    written = {tuple(names(event)): (names(sent), names(answered), about) for event, sent, answered, about in tables[0]}
    declared = {
        heard.names: (fields(heard.shape), fields(get_type_hints(heard.answer)["return"]), heard.about)
        for heard in CLIENT_EVENTS.values()
        if not heard.names[0].startswith("test-")
    }
    assert written == declared


def test_what_is_heard(tables: Any) -> None:
    written = {names(event)[0]: (names(carried), by) for event, carried, by in tables[1]}
    assert written == {name: (fields(told.shape), told.heard_by) for name, told in SERVER_EVENTS.items()}


def test_nothing_of_ours_is_a_reserved_name() -> None:
    assert not RESERVED & {*CLIENT_EVENTS, *SERVER_EVENTS}
