"""A server that works its own jobs, and one with a worker beside it: what arrives from the one arrives from the other."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import psycopg
import pytest
import pytest_asyncio

from tests.support.cluster import Ground
from tests.support.people import People
from tests.support.server import Server
from tests.support.sweeps import sweep
from tests.support.worker import Worker


class House:
    """`server` serves, `worker` works (it may be the server); their database and what lies in their outbox."""

    def __init__(self, server: Server, worker: Server) -> None:
        self.server, self.worker = server, worker
        self.people = People(server.url)

    def sql(self, query: str, *values: Any) -> list[Any]:
        """Run one statement; answers its rows."""
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            done = connection.execute(query.encode(), values)
            return done.fetchall() if done.description else []

    def defer(self, task: str, **facts: Any) -> int:
        """Queue a job as the product does; answers its id."""
        [(id,)] = self.sql(
            "insert into procrastinate_jobs (queue_name, task_name, args) values ('default', %s, %s) returning id",
            task,
            json.dumps(facts),
        )
        return int(id)

    def letters_to(self, email: str) -> list[EmailMessage]:
        """The mails in the outbox to this address."""
        letters = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(self.server.outbox.glob("*.eml"))
        ]
        return [letter for letter in letters if email in str(letter["To"])]  # type: ignore[misc]

    async def close(self) -> None:
        """Stop both."""
        await self.people.close()
        if self.worker is not self.server:
            await self.worker.stop()
        await self.server.stop()


async def until(holds: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until something holds; answers it."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.05)
    return found


async def house_on(ground: Ground, *, apart: bool, **env: str) -> House:
    """Start one on a database of its own."""
    dsn, folder = ground.copy(), ground.new_folder("jobs")
    server = await Server(dsn, folder, is_forked=True, THREADS_WORKER="off" if apart else "on", **env).start()
    return House(server, await Worker(dsn, folder, **env).start() if apart else server)


async def remove(ground: Ground, house: House) -> None:
    """Stop everything and remove the database."""
    await house.close()
    ground.drop(house.server.dsn)
    shutil.rmtree(house.server.data_dir, ignore_errors=True)


@pytest_asyncio.fixture(
    scope="module", loop_scope="session", params=sweep([False, True]), ids=["in the server", "apart"]
)
async def house(ground: Ground, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """Either way of working."""
    house = await house_on(ground, apart=request.param)
    yield house
    await remove(ground, house)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def apart(ground: Ground) -> AsyncIterator[House]:
    """A server that works nothing, and a worker."""
    house = await house_on(ground, apart=True)
    yield house
    await remove(ground, house)
