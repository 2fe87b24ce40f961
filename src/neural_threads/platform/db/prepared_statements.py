"""A connection that runs our statements without a cursor, for half the price.

psycopg's cursors find out anew at each execution how values are written and read. Ours are fixed texts with named
parameters and binary answers, so a connection finds it out once (docs/decisions/0023-statements-without-cursors.md).
How values are written and read, waiting, cancelling and errors stay psycopg's.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, TypeVar

from psycopg import AsyncConnection, errors, generators
from psycopg._transformer import Transformer
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat
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
            return await (self._begin_with(send) if self.is_to_begin else self._after(send))
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
        """Begin a transaction: BEGIN travels with the first statement, so it costs no wait of its own."""
        self.is_to_begin = True

    async def begin_now(self) -> None:
        """For those who work with a cursor: begin, if that is still to be done."""
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

    async def _begin_with(self, send: Callable[[], None]) -> PGresult:
        pgconn = self.pgconn
        pgconn.enter_pipeline_mode()
        try:
            pgconn.send_query_params(b"begin", None)
            send()
            pgconn.pipeline_sync()
            results = await self.wait(_both_results(pgconn))
        finally:
            with suppress(errors.OperationalError):  # Then the line is dead, which the next one to use it will see.
                pgconn.exit_pipeline_mode()
        self.is_to_begin = False
        return [_raise_if_failed(result) for result in results][1]

    # Underneath

    async def _name_of(self, sql: str, text: bytes, types: Any) -> bytes:
        """What PostgreSQL calls this statement; nothing when it comes for the first time, which may be the last."""
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


def _both_results(pgconn: Any) -> PQGen[list[PGresult]]:
    """Those of BEGIN and of the statement, and the end of the pipeline; fewer when the line broke, the last one says why."""
    yield from generators.send(pgconn)
    results: list[PGresult] = []
    for _ in range(3):
        results += yield from generators.fetch_many(pgconn)
    return results


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
