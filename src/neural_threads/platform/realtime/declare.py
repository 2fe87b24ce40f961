"""Declare socket events: name, payload, and who may send them. docs/socket-events.md lists all; a test compares."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints

import msgspec

from .identity import Caller

P = TypeVar("P", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class ServerEvent(Generic[P]):
    """An event that we send."""

    name: str
    shape: type[P]
    heard_by: str


@dataclass(frozen=True, slots=True)
class ClientEvent:
    """An event that a client may send, and what answers it."""

    names: tuple[str, ...]
    shape: type[msgspec.Struct]
    about: str
    answer: Callable[[Caller, Any], Awaitable[Any]]


SERVER_EVENTS: dict[str, ServerEvent[Any]] = {}
CLIENT_EVENTS: dict[str, ClientEvent] = {}


def server_event(name: str, shape: type[P], heard_by: str) -> ServerEvent[P]:
    """Declare an event that we send."""
    result = ServerEvent(name, shape, heard_by)
    SERVER_EVENTS[name] = result
    return result


H = TypeVar("H", bound=Callable[..., Awaitable[Any]])


def client_event(*names: str) -> Callable[[H], H]:
    """Declare what answers an event: `async def handler(caller: Caller, data: Shape)`; what it returns is the ack's data."""

    def declare(answer: H) -> H:
        shape = get_type_hints(answer)["data"]
        heard = ClientEvent(names, shape, inspect.getdoc(answer) or "", answer)
        CLIENT_EVENTS.update(dict.fromkeys(names, heard))
        return answer

    return declare
