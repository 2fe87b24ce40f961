"""Which statements does a request run? Run it in this process, on the real database, and write them down.

Ask as another person each time: who a session belongs to is remembered for a second. `python -m bench.recording` reads requests (method, path, headers, body) as JSON on standard input and answers with a
list of statements for each: the SQL as the features wrote it, and each parameter as an SQL literal. So the limit that
pgbench finds is always that of the statements which the product runs today, the session's look-up included.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

import msgspec
from psycopg.sql import Literal

from neural_threads.platform import realtime  # noqa: F401 - what tells others is part of a request
from neural_threads.platform.db import reading
from neural_threads.platform.db.prepared_statements import StatementConnection
from neural_threads.web.app import create_app

AFTERMATH = 0.02
"""Seconds that a request is given for what it does after its answer."""
SETTLING = 0.5
"""Seconds that the application is given after its start, so that what it keeps in memory is kept."""
_statements: ContextVar[list[dict[str, Any]] | None] = ContextVar("statements", default=None)
"""Those of the request that is being answered; background work has none."""


def _listen() -> None:
    run, end = StatementConnection.run, StatementConnection.end

    async def heard_run(self: Any, sql: str, params: Any, *, prepare: bool = True) -> Any:
        if self.is_to_begin:
            _note("begin")
        _note(sql, {name: _literal(value) for name, value in params.items()}, prepare)
        return await run(self, sql, params, prepare=prepare)

    async def heard_end(self: Any, *, well: bool) -> None:
        _note("commit" if well else "rollback")
        await end(self, well=well)

    StatementConnection.run = heard_run  # type: ignore[method-assign]
    StatementConnection.end = heard_end  # type: ignore[method-assign]


def _literal(value: Any) -> str:
    texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return Literal(value).as_string() + ("::text[]" if texts else "")


def _note(sql: str, params: dict[str, str] | None = None, prepare: bool = True) -> None:
    statements = _statements.get()
    if statements is not None:
        statements.append({"sql": sql, "params": params or {}, "prepare": prepare})


async def _ask(app: Any, request: dict[str, Any]) -> int:
    path, _, query = request["path"].partition("?")
    body = request.get("body", "").encode()
    status = 0
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request["method"],
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in request["headers"].items()],
        "client": ("127.0.0.1", 1),
        "server": ("bench", 80),
        "state": {},
    }
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        if messages:
            return messages.pop()
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    return status


async def _living(app: Any, work: Any) -> None:
    """Run `work` between the application's start and end."""
    wishes: asyncio.Queue[Any] = asyncio.Queue()
    started, ended = asyncio.Event(), asyncio.Event()

    async def send(message: Any) -> None:
        if not message["type"].endswith("complete"):
            raise SystemExit(f"The application did not start or stop: {message}")
        (started if "startup" in message["type"] else ended).set()

    await wishes.put({"type": "lifespan.startup"})
    life = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, wishes.get, send))
    await started.wait()
    await work()
    await wishes.put({"type": "lifespan.shutdown"})
    await ended.wait()
    await life


async def record(requests: Sequence[dict[str, Any]], plans: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """The statements of each request, and how it was answered.

    Into `plans` goes how often each prepared statement was planned for its values, and how often the generic plan did;
    ask with THREADS_DATABASE_POOL=1, so that one connection knows it all.
    """
    app: Any = create_app()
    found: list[dict[str, Any]] = []

    async def work() -> None:
        _listen()
        await asyncio.sleep(SETTLING)
        for request in requests:
            statements: list[dict[str, Any]] = []
            _statements.set(statements)
            status = await _ask(app, request)
            await asyncio.sleep(AFTERMATH)
            found.append({"status": status, "statements": list(statements)})
        if plans is not None:
            _statements.set(None)
            async with reading() as db:
                plans.extend([msgspec.structs.asdict(row) for row in await db.all(Planned, PLANNED)])

    await _living(app, work)
    return found


class Planned(msgspec.Struct, frozen=True):
    """A prepared statement of a connection."""

    statement: str
    generic_plans: int
    custom_plans: int


PLANNED = (
    "select statement, generic_plans, custom_plans from pg_prepared_statements"
    " where name like 'threads\\_%%' and statement not like '%%pg_prepared_statements%%'"
)


if __name__ == "__main__":
    if "--plans" in sys.argv:
        planned: list[dict[str, Any]] = []
        asyncio.run(record(json.loads(sys.stdin.read()), planned))
        print(json.dumps(planned))
    else:
        print(json.dumps(asyncio.run(record(json.loads(sys.stdin.read())))))
