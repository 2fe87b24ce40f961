"""The vocabulary: which events exist, who may say them and what they carry. docs/socket-events.md lists them; a test compares."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints

import msgspec

from .people import Caller

P = TypeVar("P", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Told(Generic[P]):
    """An event that we send."""

    name: str
    shape: type[P]
    heard_by: str


@dataclass(frozen=True, slots=True)
class Heard:
    """An event that a client may send, and what answers it."""

    names: tuple[str, ...]
    shape: type[msgspec.Struct]
    about: str
    answer: Callable[[Caller, Any], Awaitable[Any]]


TOLD: dict[str, Told[Any]] = {}
HEARD: dict[str, Heard] = {}


def tells(name: str, shape: type[P], heard_by: str) -> Told[P]:
    """Declare an event that we send."""
    told = Told(name, shape, heard_by)
    TOLD[name] = told
    return told


H = TypeVar("H", bound=Callable[..., Awaitable[Any]])


def hears(*names: str) -> Callable[[H], H]:
    """Declare what answers an event: `async def handler(caller: Caller, data: Shape)`; what it returns is the ack's data."""

    def declare(answer: H) -> H:
        shape = get_type_hints(answer)["data"]
        heard = Heard(names, shape, inspect.getdoc(answer) or "", answer)
        HEARD.update(dict.fromkeys(names, heard))
        return answer

    return declare
