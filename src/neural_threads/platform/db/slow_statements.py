"""Log slow statements with their plan, each once a day at most in a process. Values are never written down.

The plan is the generic one, for any values: the values of the slow run are not kept. What PostgreSQL really did with them
only auto_explain could say, which a superuser must load.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

import structlog

from neural_threads.platform.config import get_settings

from .prepared_statements import StatementConnection

log = structlog.get_logger(__name__)

MOST_A_DAY = 200
"""Statements that one process logs in a day; a database that is slow as a whole shall not fill the log."""
Plan = Callable[[str, tuple[int, ...]], Awaitable[list[str]]]


class SlowStatements:
    """The slow statements of today. `plan` asks PostgreSQL for the generic plan of a statement."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._day = date.min
        self._known: set[str] = set()
        self._turn = asyncio.Semaphore(1)
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, sql: str, connection: StatementConnection, seconds: float) -> None:
        """A statement took so long, the way to PostgreSQL and every wait there included."""
        threshold = get_settings().slow_statement_ms
        if not 0 < threshold <= seconds * 1_000:
            return
        if (today := datetime.now(UTC).date()) != self._day:
            self._day, self._known = today, set()
        if sql in self._known or len(self._known) >= MOST_A_DAY:
            return
        self._known.add(sql)
        task = asyncio.create_task(self._log(sql, connection.types, seconds), name="slow-statement")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _log(self, sql: str, types: tuple[int, ...], seconds: float) -> None:
        plan: list[str] = []
        async with self._turn:  # One connection at a time, since whatever made it slow may last.
            try:
                plan = await self._plan(sql, types)
            except Exception as error:
                log.info("plan_unknown", error=type(error).__name__)
        log.warning("slow_statement", ms=round(seconds * 1_000), statement=" ".join(sql.split()), plan=plan)
