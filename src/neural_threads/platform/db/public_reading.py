"""Read what everybody may see from a standby, when there is one and it is current; else from the primary.

`async with public_reading() as db:` is `reading()` for public lists and searches. Whoever has just written something reads
from the primary (`reads_own_writes`), and so does everybody in this process until the standby has the change.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any, cast

import structlog
from psycopg.pq.abc import PGresult
from psycopg_pool import AsyncConnectionPool

from neural_threads.platform.errors import Unavailable

from . import PASSING, Db, new_pool, reading
from .prepared_statements import StatementConnection
from .standby import StandbyWatch

log = structlog.get_logger(__name__)

PRIMARY_POSITION = "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::int8"
STANDBY_POSITION = "select pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::int8"

reads_own_writes: ContextVar[bool] = ContextVar("reads_own_writes", default=False)
"""True in a request of somebody who wrote something a moment ago, or of whom that is not known."""
read_counts = {"standby": 0, "primary": 0, "moved": 0}
"""Public reads since the start by where they went; `moved`: begun at the standby and finished at the primary."""
answer_counts = {"memory": 0, "missed": 0}
"""Public answers since the start that were kept in memory (platform/cache.py), and that were looked for there in vain."""

_watch = StandbyWatch()
_pool: AsyncConnectionPool[StatementConnection] | None = None
_task: asyncio.Task[None] | None = None


async def open_standby(dsn: str, *, size: int) -> None:
    """Open connections to the standby and begin to watch how far behind it is."""
    global _pool, _task
    _pool = new_pool(dsn, size=size)
    await _pool.open()
    _task = asyncio.create_task(_watch.watch(_primary_position, _standby_position), name="standby")


async def close_standby() -> None:
    """Give the connections back; without a standby nothing happens."""
    global _pool, _task
    task, _task = _task, None
    pool, _pool = _pool, None
    if task is not None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    if pool is not None:
        await pool.close(timeout=2)


def note_public_change() -> None:
    """Note that public data was changed: from now on the standby is read only once it has the change."""
    _watch.note_change()


@asynccontextmanager
async def public_reading() -> AsyncIterator[Db]:
    """A connection to read public things with. Each statement sees what was committed when it began, at the standby up to
    two seconds earlier."""
    if _pool is None or reads_own_writes.get() or not _watch.is_current():
        read_counts["primary"] += 1
        async with reading() as db:
            yield db
        return
    async with AsyncExitStack() as stack:
        try:
            connection = await _pool.getconn()
        except PASSING as error:
            _lost(error)
            yield await stack.enter_async_context(reading())
            return
        stack.push_async_callback(_pool.putconn, connection)
        read_counts["standby"] += 1
        yield _StandbyDb(connection, lambda: stack.enter_async_context(reading()))


class _StandbyDb(Db):
    """Reads at the standby; a statement that fails there, and all after it, are run at the primary."""

    def __init__(self, connection: StatementConnection, primary: Callable[[], Any]) -> None:
        super().__init__(connection)
        self._primary = primary
        self._is_moved = False

    async def _run(self, sql: str, params: dict[str, Any], prepare: bool = True) -> PGresult:
        try:
            return await super()._run(sql, params, prepare)
        except PASSING as error:
            if self._is_moved:
                raise
            _lost(error)
        self._is_moved = True
        self._connection = cast(Db, await self._primary())._connection
        return await super()._run(sql, params, prepare)


def _lost(error: Exception) -> None:
    _watch.distrust()
    read_counts["moved"] += 1
    log.warning("standby_lost", error=type(error).__name__)


async def _primary_position() -> Any:
    async with reading() as db:
        return await db.value(PRIMARY_POSITION)


async def _standby_position() -> Any:
    """Raises Unavailable when it is no standby: after a failover the address may lead to a primary, which is read as such."""
    assert _pool is not None
    async with asyncio.timeout(1), _pool.connection() as connection:
        position = connection.read(await connection.run(STANDBY_POSITION, {}), lambda row: row[0])[0]
    if position is None:
        raise Unavailable
    return position
