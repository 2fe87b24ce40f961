"""Dispatch a client's event: decode it by its Struct, call its handler, and always acknowledge it."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from neural_threads.platform import i18n
from neural_threads.platform.db import acting_for
from neural_threads.platform.errors import Invalid, ThreadsError
from neural_threads.platform.serialization.decode import examine, problems_of
from neural_threads.platform.serialization.text import with_line_feeds

from .declare import ClientEvent
from .identity import Caller

log = logging.getLogger("neural_threads.realtime")


async def acknowledged(heard: ClientEvent, caller: Caller, arguments: Sequence[Any]) -> dict[str, Any]:
    """Answer this event; the acknowledgement that goes back."""
    acting_for.set(caller.identity.user_id)
    try:
        data = _read(heard.shape, arguments[0] if arguments else {})
        return {"success": True, "data": await heard.answer(caller, data)}
    except ThreadsError as error:
        return failure(error.code, str(error.message), error.fields)
    except Exception:
        log.exception("event_failed %s", heard.names[0])
        return failure(ThreadsError.code, str(ThreadsError().message))


def failure(code: str, message: str, fields: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An acknowledgement that says no."""
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = dict(fields)
    return {"success": False, "error": error}


def _read(shape: type[msgspec.Struct], value: Any) -> Any:
    value = _with_line_feeds(value)
    try:
        read = msgspec.convert(value, shape)
    except msgspec.ValidationError:
        if not isinstance(value, dict):
            raise Invalid(i18n.gettext("We expected a JSON object.")) from None
        return examine(value, shape)
    if problems := problems_of(read):
        raise Invalid(fields=problems)
    return read


def _with_line_feeds(value: Any) -> Any:
    """The fields of an event lie side by side, so only texts at the top are looked at."""
    if not isinstance(value, dict):
        return value
    return {name: with_line_feeds(part) if isinstance(part, str) else part for name, part in value.items()}
