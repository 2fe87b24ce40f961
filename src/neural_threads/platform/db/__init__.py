"""PostgreSQL, as plain SQL with named parameters and typed rows.

Reads:   `async with reading() as db: chats = await db.all(Chat, "select … where id = %(id)s", id=chat_id)`
Writes:  `async with transaction() as db: …; db.after_commit(effect)`
         `message = await in_transaction(lambda db: send_message(db, me, draft), row=draft.chat_id)` where others lock
         the same rows: tried again after a deadlock, and bounded per row, so that one stuck row cannot take the pool;
         with `is_one_statement=True` where `work` writes with one statement only

A row becomes the Struct you ask for: column names are field names, json columns fill nested Structs, timestamps
become Moments. What others must hear is queued with `after_commit` and told only once the COMMIT has succeeded.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import Any, TypeVar, cast

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection, errors
from psycopg.abc import AdaptContext
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from neural_threads.platform import logs, tracing
from neural_threads.platform.bulkhead import Bulkhead, Turns
from neural_threads.platform.errors import Invalid, NotFound, Unavailable
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.encode import encode

from .keyset_paging import open_cursor, seal_cursor
from .prepared_statements import StatementConnection
from .rows import MomentLoader, first_column, keyed_reader, row_reader
from .slow_statements import SlowStatements

log = structlog.get_logger(__name__)

S = TypeVar("S")
T = TypeVar("T")
Effect = Callable[[], Awaitable[None]]

WAIT_FOR_CONNECTION = 1.5  # seconds; a refusal must have left after two
SESSION = (
    "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000 "
    "-c timezone=UTC -c application_name=neural-threads "
    # As the private cluster has them, so that the planner chooses the same on any PostgreSQL: disks without heads, and
    # statements of milliseconds, for which neither compiling nor a second process pays.
    "-c random_page_cost=1.1 -c max_parallel_workers_per_gather=0 -c jit=off"
)


class Db:
    """One connection in the hands of one request, job or socket event."""

    def __init__(self, connection: StatementConnection) -> None:
        self._connection = connection
        self._effects: list[Effect] = []

    async def all(self, shape: type[S], sql: str, /, **params: Any) -> list[S]:
        """Every row, as `shape`."""
        return await self._rows(shape, sql, params)

    async def search(self, shape: type[S], sql: str, /, **params: Any) -> list[S]:
        """Every row, planned for just these values: for statements whose best plan depends on which filters are set."""
        return await self._rows(shape, sql, params, prepare=False)

    async def maybe(self, shape: type[S], sql: str, /, **params: Any) -> S | None:
        """The first row, or None."""
        rows = await self._rows(shape, sql, params)
        return rows[0] if rows else None

    async def found(self, shape: type[S], sql: str, /, **params: Any) -> S:
        """The first row. NotFound when there is none: the thing is absent, or somebody else's."""
        rows = await self._rows(shape, sql, params)
        if not rows:
            raise NotFound
        return rows[0]

    async def one(self, shape: type[S], sql: str, /, **params: Any) -> S:
        """The first row; LookupError when there is none, since the caller knew there must be one."""
        rows = await self._rows(shape, sql, params)
        if not rows:
            raise LookupError(f"no {shape.__name__}")
        return rows[0]

    async def page(
        self,
        shape: type[S],
        sql: str,
        /,
        *,
        scope: str,
        cursor: str | None,
        limit: int,
        is_search: bool = False,
        **params: Any,
    ) -> tuple[list[S], str | None]:
        """A page of a list, and the cursor of the page after it, if there is one.

        The statement takes `%(cursor_at)s`, `%(cursor_id)s` and `%(limit)s`, and answers `cursor_at` (and `cursor_id`,
        where that is not `id`) beside the columns of `shape`: see `Keyset`. `scope` names the list, its filters and its
        reader. `is_search`: planned anew, as by `search`. InvalidCursor for a cursor of another list.
        """
        at, id = open_cursor(scope, cursor) if cursor else (None, None)
        values = {**params, "cursor_at": at, "cursor_id": id, "limit": limit + 1}
        result = await self._run(sql, values, not is_search)
        rows = self._connection.read(result, keyed_reader(cast(Any, shape), _names_of(result)))
        following = seal_cursor(scope, *rows[limit - 1][0]) if len(rows) > limit else None
        return [row for _key, row in rows[:limit]], following

    async def value(self, sql: str, /, **params: Any) -> Any:
        """The first column of the first row, or None."""
        rows = self._connection.read(await self._run(sql, params), first_column)
        return rows[0] if rows else None

    async def execute(self, sql: str, /, **params: Any) -> int:
        """Run it; answers how many rows it touched."""
        return (await self._run(sql, params)).command_tuples or 0

    def after_commit(self, effect: Effect) -> None:
        """Tell others later: `effect` runs once the COMMIT has succeeded, and never if it did not."""
        self._effects.append(effect)

    async def connection(self) -> AsyncConnection[Any]:
        """The connection itself, within the transaction, for libraries that bring their own SQL.

        RuntimeError where there is none to commit that with.
        """
        await self._connection.begin_now()
        if self._connection.pgconn.transaction_status == TransactionStatus.IDLE:
            raise RuntimeError("open a transaction: what a library writes must commit with our rows")
        return self._connection

    async def tell(self) -> None:
        """Run what was queued. One effect that fails is logged; the others still run."""
        effects, self._effects = self._effects, []
        for effect in effects:
            try:
                await effect()
            except Exception:
                log.exception("effect_failed")

    async def _rows(self, shape: type[S], sql: str, params: dict[str, Any], prepare: bool = True) -> list[S]:
        result = await self._run(sql, params, prepare)
        return self._connection.read(result, row_reader(cast(Any, shape), _names_of(result)))

    async def _run(self, sql: str, params: dict[str, Any], prepare: bool = True) -> PGresult:
        begun = time.perf_counter()
        try:
            with tracing.statement_span(sql):
                return await self._connection.run(sql, params, prepare=prepare)
        finally:
            slow_statements.note(sql, self._connection, time.perf_counter() - begun)


def _names_of(result: PGresult) -> tuple[bytes, ...]:
    return tuple([result.fname(column) or b"" for column in range(result.nfields)])


async def configure(connection: StatementConnection, *, pooler: bool = False) -> None:
    """Make a fresh connection fit for `Db`. `pooler`: behind PgBouncer, so prepare nothing."""
    set_json_loads(msgspec.json.decode, connection)
    set_json_dumps(encode, connection)
    cast(AdaptContext, connection).adapters.register_loader("timestamptz", MomentLoader)
    connection.remember(prepares=not pooler)


_pool: AsyncConnectionPool[StatementConnection] | None = None


async def open_pool(dsn: str, *, size: int = 10, pooler: bool = False) -> None:
    """Open this process's connections (at most `size`). `pooler`: behind PgBouncer, so prepare nothing."""
    global _pool
    _pool = new_pool(dsn, size=size, pooler=pooler)
    await _pool.open()


def new_pool(dsn: str, *, size: int, pooler: bool = False) -> AsyncConnectionPool[StatementConnection]:
    """Return a pool of connections fit for `Db`, not yet open."""
    return AsyncConnectionPool(
        make_conninfo(dsn, **({} if pooler else {"options": SESSION}), connect_timeout=2),
        min_size=min(2, size),
        max_size=size,
        timeout=WAIT_FOR_CONNECTION,
        max_waiting=200,
        max_idle=300,
        reconnect_timeout=5,
        configure=partial(configure, pooler=pooler),
        kwargs={"autocommit": True, "prepare_threshold": None},
        connection_class=StatementConnection,
        open=False,
    )


async def close_pool() -> None:
    """Give every connection back."""
    global _pool
    pool, _pool = _pool, None
    if pool is not None:
        await pool.close(timeout=2)


async def renew_connections() -> None:
    """Replace every connection of the pool, those in use when they are given back: they may be dead without saying so."""
    if _pool is not None:
        await _pool.drain()


def pool_figures() -> dict[str, int]:
    """The pool's own counters, for /metrics."""
    return dict(_pool.get_stats()) if _pool is not None else {}


# Passing faults of the database: the caller may simply try again.
PASSING = (
    errors.OperationalError,
    psycopg.InterfaceError,
    errors.QueryCanceled,
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    # A standby that is being made primary, or a primary that is none any more: at a failover its address leads there for seconds.
    errors.ReadOnlySqlTransaction,
    # We were stopped within a transaction (SIGSTOP, a laptop's lid), and PostgreSQL has hung up meanwhile.
    errors.IdleInTransactionSessionTimeout,
    PoolTimeout,
    PoolClosed,
)
UNDONE = (errors.DeadlockDetected, errors.SerializationFailure)
"""Faults after which PostgreSQL has rolled the whole transaction back, so that the same work may be tried again at once."""


@asynccontextmanager
async def _connection() -> AsyncIterator[StatementConnection]:
    if _pool is None:
        raise Unavailable(retry_after=2)
    try:
        # Not _pool.connection(): it commits at the end, which with autocommit is a round trip to PostgreSQL for nothing.
        connection = await _pool.getconn()
        try:
            yield connection
        except errors.ReadOnlySqlTransaction:
            await connection.close()  # The pool opens another one, which may lead to the primary.
            raise
        finally:
            await _pool.putconn(connection)
    except PASSING as error:
        if (more := logs.bounded("database_unavailable", type(error).__name__)) is not None:
            log.warning("database_unavailable", error=type(error).__name__, detail=str(error), **more)
        raise Unavailable(retry_after=2) from error
    except (errors.DataError, UnicodeEncodeError) as error:
        if not _is_unstorable(error):
            raise
        raise Invalid(_("This contains a character that is not allowed. Please remove it.")) from error


def _is_unstorable(error: Exception) -> bool:
    """Return True for a text that PostgreSQL cannot hold: one with a NUL, also within JSON, or with a lone surrogate."""
    is_known = isinstance(error, UnicodeEncodeError | errors.UntranslatableCharacter | errors.CharacterNotInRepertoire)
    return is_known or "NUL" in str(error)


@asynccontextmanager
async def reading() -> AsyncIterator[Db]:
    """A connection to read with. Each statement sees what was committed when it began."""
    async with _connection() as connection:
        yield Db(connection)


acting_for: ContextVar[str | None] = ContextVar("acting_for", default=None)
"""The id of the person whose request or event this task answers; None for visitors and jobs."""
_row_bulkhead = Bulkhead(per_key=2)
_person_bulkhead = Bulkhead(per_key=3)


def _turns(*rows: str | None) -> Turns:
    """Return the turns that a transaction takes: one with each of these rows, in one order for everybody, and the person's."""
    wanted: list[tuple[Bulkhead, str]] = [(_row_bulkhead, row) for row in sorted({row for row in rows if row})]
    if person := acting_for.get():
        wanted.append((_person_bulkhead, person))
    return Turns(*wanted)


@asynccontextmanager
async def transaction(*rows: str | None) -> AsyncIterator[Db]:
    """All or nothing; afterwards, with the connection already given back, the queued effects are told.

    At most two connections of this process are in transactions that name the same row, and three in those of one
    person: whoever waits for a row that is held does not keep the pool from everybody else. Unavailable when no turn comes.
    """
    async with _turns(*rows), _in_connection() as db:
        yield db
    await db.tell()


@asynccontextmanager
async def _in_connection(*, is_one_statement: bool = False) -> AsyncIterator[Db]:
    async with _connection() as connection:
        db = Db(connection)
        if is_one_statement:
            yield db
            return
        connection.begin()
        try:
            yield db
        except BaseException:
            with suppress(*PASSING):  # The line may be what failed; then PostgreSQL rolls back by itself.
                await connection.end(well=False)
            raise
        with tracing.statement_span("commit"):
            await connection.end(well=True)


async def _generic_plan(sql: str, types: tuple[int, ...]) -> list[str]:
    async with transaction() as db:
        return await db._connection.generic_plan(sql, types)


slow_statements = SlowStatements(_generic_plan)

TRIES = 3
FIRST_PAUSE = 0.02
"""Seconds between the first two tries at most; the pause doubles, and chance takes a part of it away (full jitter)."""


async def in_transaction(
    work: Callable[[Db], Awaitable[T]],
    *,
    row: str | None = None,
    rows: Sequence[str | None] = (),
    is_one_statement: bool = False,
) -> T:
    """Run `work` in a transaction and return what it returns; run it again when PostgreSQL rolled it back.

    A deadlock or a serialization failure undoes one of the transactions, and the effects that it queued; it is tried
    three times in all. `work` therefore must do nothing that a rollback does not undo, except through `after_commit`.
    `row` is the id of the row that everybody who does this locks (a chat, an order, a provider), `rows` are those of work
    that locks several: see `transaction`.
    `is_one_statement`: `work` writes with one statement at most, which PostgreSQL commits by itself; that spares the answers
    to BEGIN and COMMIT. Raises Unavailable when one is stuck, or after the third try.
    """
    async with _turns(row, *rows):
        db, result = await _tried(work, is_one_statement)
    await db.tell()
    return result


async def _tried(work: Callable[[Db], Awaitable[T]], is_one_statement: bool) -> tuple[Db, T]:
    pause = FIRST_PAUSE
    for attempt in range(1, TRIES + 1):
        try:
            async with _in_connection(is_one_statement=is_one_statement) as db:
                result = await work(db)
        except Unavailable as error:
            if attempt == TRIES or not isinstance(error.__cause__, UNDONE):
                raise
            log.info("transaction_retried", attempt=attempt, error=type(error.__cause__).__name__)
            await asyncio.sleep(random.uniform(0, pause))
            pause *= 2
        else:
            return db, result
    raise AssertionError("the last try returns or raises")
