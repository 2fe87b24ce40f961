"""Find a page of a list by the statement that is soonest done, else by the next one."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from msgspec import Raw

from neural_threads.platform.db import Db

SOON = 1200
"""Rows from the beginning of a list whose pages are found by plans that PostgreSQL keeps: a hundred pages."""
THESE = "array(select unnest(%(ids)s::text[]))"
"""The parameter `ids`, into which the planner cannot look: a plan for one id seems cheaper than one for any, so it would
never keep any."""


class Attempt(NamedTuple):
    """A statement that answers with a page as JSON, or with null when it would have to look too far."""

    statement: str
    params: Mapping[str, Any] = {}
    """What it needs beside the filters."""
    keeps_plan: bool = False
    """One plan is best for all values, so it is made once (docs/decisions/0047-plans-that-are-kept.md)."""


async def page_by(db: Db, attempts: Iterable[Attempt], filters: Mapping[str, Any]) -> Raw:
    """Return the page that the first successful attempt finds. The last one must always find it, were it empty."""
    for attempt in attempts:
        ask = db.all if attempt.keeps_plan else db.search
        result: bytes | None = (await ask(bytes, attempt.statement, **{**filters, **attempt.params}))[0]
        if result is not None:
            return Raw(result)
    raise AssertionError("the last statement finds the page, were it empty")
