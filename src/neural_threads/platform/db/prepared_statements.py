"""A connection that runs our statements without psycopg's cursors: 9 to 18 % less CPU (docs/decisions/0036).

psycopg's cursors find out anew at each execution how values are written and read. Ours are fixed texts with named
parameters and binary answers, so a connection finds it out once (docs/decisions/0020-statements-without-cursors.md, measured
again in 0036-statements-measured-again.md). How values are written and read, waiting, cancelling and errors stay psycopg's.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, TypeVar

from psycopg import AsyncConnection, errors, generators
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

T = TypeVar("T")

SILENCE = 5.5  # seconds; more than statement_timeout
MOST_KEPT = 200
"""Statements that PostgreSQL keeps ready for one connection; the one unused for longest goes."""
_NUMBERS = count()
_PARAMETER = re.compile(r"%\((\w+)\)s|%%")


class _Statement(NamedTuple):
    text: bytes
    """With $1, $2 … as PostgreSQL reads it."""
    names: tuple[str, ...]
    formats: tuple[PyFormat, ...]


class StatementConnection(AsyncConnection[Any]):
    """One connection of the pool. Call `remember` before the first `run`."""

    def remember(self, *, prepares: bool) -> None:
        """Fix how values are written and read, as the adapters say by now.

        `prepares`: not behind a pooler that hands each statement to another session.
        """
        self._values = Transformer(self)
        self._prepares = prepares
        self._kept: OrderedDict[tuple[str, Any], bytes] = OrderedDict()
        self.is_to_begin = False

    async def run(self, sql: str, params: Mapping[str, Any], *, prepare: bool = True) -> PGresult:
        """Return what came of one statement, in which `%(name)s` stands for a parameter. Errors are psycopg's, by SQLSTATE."""
        statement = _statement(sql)
        values = self._values.dump_sequence([params[name] for name in statement.names], statement.formats)
        types, formats = self._values.types, self._values.formats
        name = await self._name_of(sql, statement.text, types) if prepare and self._prepares else b""

        def send() -> None:
            if name:
                self.pgconn.send_query_prepared(name, values, formats, Format.BINARY)
            else:
                self.pgconn.send_query_params(statement.text, values, types, formats, Format.BINARY)

        try:
            await self.begin_now()
            return await self._after(send)
        except (errors.FeatureNotSupported, errors.InvalidSqlStatementName):  # The tables were changed under us.
            self._kept.pop((sql, types), None)
            raise

    def read(self, result: PGresult, make: Callable[[Sequence[Any]], T]) -> list[T]:
        """Every row of a result, made into something."""
        self._values.set_pgresult(result)
        rows: list[T] = self._values.load_rows(0, result.ntuples, make)
        return rows

    # Transactions

    def begin(self) -> None:
        """Begin a transaction with the first statement; one in which nothing is asked costs nothing."""
        self.is_to_begin = True

    async def begin_now(self) -> None:
        """Begin, if that is still to be done; those who work with a cursor ask for it."""
        if self.is_to_begin:
            self.is_to_begin = False
            await self._after(lambda: self.pgconn.send_query(b"begin"))

    async def end(self, *, well: bool) -> None:
        """Commit or, when it did not go well, roll back; nothing when nothing was begun.

        InFailedSqlTransaction when there was something to commit and PostgreSQL had given it up after an error.
        """
        self.is_to_begin = False
        if self.pgconn.transaction_status == TransactionStatus.IDLE:
            return
        ended = await self._after(lambda: self.pgconn.send_query(b"commit" if well else b"rollback"))
        if well and ended.command_status == b"ROLLBACK":
            raise errors.InFailedSqlTransaction("An error within the transaction had undone it before the commit.")

    # Plans

    @property
    def types(self) -> tuple[int, ...]:
        """The types of the parameters of the last statement, as PostgreSQL numbers them."""
        return tuple(self._values.types or ())

    async def generic_plan(self, sql: str, types: tuple[int, ...]) -> list[str]:
        """Return the lines of the plan for any values, within a transaction. Nothing is run, and no value is needed.

        EXPLAIN (GENERIC_PLAN) exists from PostgreSQL 16 on; a prepared statement says the same on every version.
        """
        statement, name = _statement(sql), b"threads_plan_%d" % next(_NUMBERS)
        await self.begin_now()
        await self._after(lambda: self.pgconn.send_query(b"set local plan_cache_mode = force_generic_plan"))
        await self._after(lambda: self.pgconn.send_prepare(name, statement.text, types))
        try:
            values = b"(%s)" % b", ".join([b"null"] * len(statement.names)) if statement.names else b""
            result = await self._after(lambda: self.pgconn.send_query(b"explain execute " + name + values))
        finally:
            await self._after(lambda: self.pgconn.send_close_prepared(name))
        return [(result.get_value(row, 0) or b"").decode() for row in range(result.ntuples)]

    # Underneath

    async def _name_of(self, sql: str, text: bytes, types: Any) -> bytes:
        """Return PostgreSQL's name of this statement; nothing when it comes for the first time, which may be the last."""
        key, kept = (sql, types), self._kept
        name = kept.get(key)
        if name is None:
            kept[key] = name = b""
        elif not name:
            name = b"threads_%d" % next(_NUMBERS)
            kept[key] = await self._prepare(name, text, types)
        kept.move_to_end(key)
        if len(kept) > MOST_KEPT and (oldest := kept.popitem(last=False)[1]):
            await self._after(lambda: self.pgconn.send_close_prepared(oldest))
        return name

    async def _prepare(self, name: bytes, text: bytes, types: Any) -> bytes:
        await self._after(lambda: self.pgconn.send_prepare(name, text, types))
        return name

    async def _after(self, send: Callable[[], None]) -> PGresult:
        send()
        return _raise_if_failed((await self.wait(generators.execute(self.pgconn)))[-1])

    async def wait(self, gen: PQGen[T], interval: float = SILENCE, timeout: float | None = SILENCE) -> T:  # noqa: ASYNC109 - psycopg's
        """Wait as psycopg does, but not longer than PostgreSQL's own statement_timeout allows: then hang up.

        A frozen server, or a network that swallows packets, would otherwise hold the caller for ever.
        """
        try:
            return await super().wait(gen, interval, timeout)
        except errors.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:  # It still owes us an answer.
                self.pgconn.finish()
            raise


def _raise_if_failed(result: PGresult) -> PGresult:
    if result.status == ExecStatus.FATAL_ERROR:
        raise errors.error_from_result(result)
    return result


@lru_cache(maxsize=2_000)
def _statement(sql: str) -> _Statement:
    places: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        return "%" if match[0] == "%%" else f"${places.setdefault(match[1], len(places) + 1)}"

    text = _PARAMETER.sub(numbered, sql).encode()
    return _Statement(text, tuple(places), (PyFormat.AUTO,) * len(places))
