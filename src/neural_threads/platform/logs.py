"""Structured logs: one JSON object per line, with the request id and without secrets."""

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

import structlog

SECRET = re.compile(r"password|token|cookie|authorization|secret|content|prompt|csrf", re.IGNORECASE)
MASK = "[hidden]"
MINUTE = 60.0
LINES_A_MINUTE = 60
"""How many lines of one kind a stranger can cause in a minute; see `left_out_before`."""


def _hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in event:
        if name != "event" and SECRET.search(name):
            event[name] = MASK
    return event


def set_up_logging(level: str) -> None:
    """Send our own events and every library's through the same JSON lines to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _hide_secrets,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # JSON escapes line breaks, so nothing a stranger types can forge a second line.
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(level.upper())
    # Of uvicorn, which says three things about each socket, only what is wrong.
    for noisy in ("uvicorn.access", "uvicorn.error", "httpx", "procrastinate", "engineio", "socketio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.error").addFilter(_is_no_refusal)
    logging.getLogger("uvicorn.error").addFilter(_is_within_bound)


def _is_no_refusal(record: logging.LogRecord) -> bool:
    """False for what uvicorn calls an error after every socket that we refuse with an answer of HTTP."""
    return record.msg != "ASGI callable returned without completing handshake."


BAD_TEXT = "Invalid UTF-8 sequence received from client."
BY_STRANGERS = {BAD_TEXT, "opening handshake failed", "parser failed"}
"""What uvicorn and websockets call errors, with a traceback, although it is what a client sent that is wrong."""
bad_text_frames = 0
"""WebSocket frames of text that was no UTF-8, since the start of this process."""


left_out = 0
"""Lines that were left out because there had been enough of their kind, since the start of this process."""


@dataclass
class _Minute:
    """The number of lines of a kind in this minute, and of those that were left out since the last one that was written."""

    ends_at: float
    written: int = 0
    left_out: int = 0


_minutes: dict[str, _Minute] = {}


def left_out_before(kind: str, most: int = LINES_A_MINUTE) -> int | None:
    """Return how many lines of this kind were left out since the last one; None when this one is to be left out, too.

    For lines that any stranger can cause as often as they like: without a bound they fill the disk, and nobody finds the
    others. `kind` comes from a bounded set of names, never from what somebody sent.
    """
    global left_out
    now = time.monotonic()
    minute = _minutes.get(kind)
    if minute is None or now >= minute.ends_at:
        minute = _minutes[kind] = _Minute(now + MINUTE, left_out=minute.left_out if minute else 0)
    if minute.written >= most:
        minute.left_out += 1
        left_out += 1
        return None
    before, minute.left_out = minute.left_out, 0
    minute.written += 1
    return before


def bounded(event: str, kind: str = "") -> dict[str, int] | None:
    """Return what to add to a line of this event (nothing, or how many were left out before it), or None to leave it out."""
    before = left_out_before(f"{event} {kind}")
    return None if before is None else {"left_out_before": before} if before else {}


def _is_within_bound(record: logging.LogRecord) -> bool:
    """Bound what uvicorn warns of, which any stranger can cause, to a line of each kind in a minute, without tracebacks."""
    if record.msg == BAD_TEXT:
        global bad_text_frames
        bad_text_frames += 1
    if record.msg in BY_STRANGERS:
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    if record.levelno != logging.WARNING:
        return True
    before = left_out_before(f"uvicorn {record.msg}", most=1)
    if before:
        record.msg = f"{record.msg} ({before} more since the last such line)"
    return before is not None
