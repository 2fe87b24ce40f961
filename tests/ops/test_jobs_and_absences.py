"""R3 for background work: PostgreSQL restarts, is killed, freezes or goes silent, and no job is lost or worked twice."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from neural_threads.local import postgres_cluster
from tests.ops.conftest import postmaster_of, settings
from tests.support.freezing import frozen_database
from tests.support.people import People
from tests.support.server import Server
from tests.support.swallowing import SwallowingProxy
from tests.support.worker import Worker, said

pytestmark = pytest.mark.long  # programs are started and killed

RETURN_WITHIN = 10.0
STALLED_WITHIN = 120.0
"""Seconds in which a job is found whose worker cannot say how it ended."""

MAILS = 6


class House:
    """A server and, where the server works no jobs, a worker, on a private cluster that the test breaks."""

    def __init__(self, folder: Path, url: str, server: Server, worker: Server, people: list[str]) -> None:
        self.folder, self.url, self.server, self.worker, self.people = folder, url, server, worker, people

    def defer(self) -> list[str]:
        """Queue mails that are due in half a second; answers their names."""
        names = [f"mail{token_hex(8)}" for _ in range(MAILS)]
        for name, user_id in zip(names, self.people * MAILS, strict=False):
            self.defer_one(name, user_id, wait=0.5)
        return names

    def defer_one(self, name: str, user_id: str, wait: float) -> None:
        """Queue one mail that is due in so many seconds."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "insert into procrastinate_jobs (queue_name, task_name, args, scheduled_at)"
                " values ('default', 'mail_verification', %s, now() + %s * interval '1 s')",
                [json.dumps({"user_id": user_id, "mail_id": name}), wait],
            )

    def arrived(self, names: list[str]) -> int:
        """Return how many of these mails lie in the outbox."""
        return sum((self.worker.data_dir / "outbox" / f"{name}.eml").exists() for name in names)

    def sent(self) -> int:
        """Return how many mails were ever sent, also twice."""
        return len(said(self.worker.log, "mail_sent"))

    async def until_arrived(self, names: list[str], seconds: float) -> float:
        """Wait for all of them; answers how long it took."""
        began = time.monotonic()
        while self.arrived(names) < len(names):
            took = time.monotonic() - began
            assert took < seconds, (
                f"{self.arrived(names)} of {len(names)} after {took:.0f} s\n{self.worker.log_tail(30)}"
            )
            await asyncio.sleep(0.05)
        return time.monotonic() - began

    def left(self) -> list[Any]:
        """Return what is still in the queue."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            query = "select task_name, status from procrastinate_jobs where task_name like 'mail_verif%'"
            return connection.execute(query).fetchall()

    def start_database(self) -> None:
        """Start the cluster that is gone."""
        postgres_cluster.ensure(settings(self.folder))


@asynccontextmanager
async def house_in(folder: Path, apart: bool, url_for: Callable[[str], str] = lambda url: url) -> AsyncIterator[House]:
    """Two people have signed up, and their mails have arrived."""
    with postgres_cluster.running_cluster(settings(folder)) as url:
        data = folder / "threads"
        data.mkdir()
        server = Server(url_for(url), data, THREADS_WORKER="off" if apart else "on")
        worker = Worker(url_for(url), data) if apart else server
        try:
            await server.start()
            if apart:
                await worker.start()
            people = People(server.url)
            ids = [(await people.customer(name)).id for name in ("Cora", "Odile")]
            await people.close()
            house = House(folder, url, server, worker, ids)
            await house.until_arrived(house.defer(), 15)
            yield house
        finally:
            if apart:
                await worker.stop()
            await server.stop()


async def restart(house: House) -> None:
    """An absence of a fraction of a second, announced to everybody."""
    postgres_cluster._stop(house.folder)
    house.start_database()


def killed_for(seconds: float) -> Callable[[House], Awaitable[None]]:
    async def kill(house: House) -> None:
        pid = postmaster_of(house.folder)
        assert pid
        os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(house.start_database)

    return kill


def frozen_for(seconds: float) -> Callable[[House], Awaitable[None]]:
    async def freeze(house: House) -> None:
        with frozen_database(house.folder):
            await asyncio.sleep(seconds)

    return freeze


ABSENCES = {
    "restart": restart,
    "killed 1 s": killed_for(1),
    "killed 3 s": killed_for(3),
    "killed 8 s": killed_for(8),
    "frozen 12 s": frozen_for(12),
}


@pytest.mark.parametrize("apart", [False, True], ids=["in the server", "apart"])
@pytest.mark.parametrize("absence", ABSENCES)
async def test_jobs_are_worked_once_within_10_s_of_its_return(folder: Path, absence: str, apart: bool) -> None:
    async with house_in(folder, apart) as house:
        for _ in range(2):
            names, before = house.defer(), house.sent()
            await ABSENCES[absence](house)
            took = await house.until_arrived(names, RETURN_WITHIN)
            print(f"{absence}: worked {took:.1f} s after the return")
            after = house.defer()
            await house.until_arrived(after, RETURN_WITHIN)
            await settled(house)
            assert house.sent() - before == 2 * MAILS, "a mail was sent twice"
        assert house.worker.is_running


@pytest.mark.parametrize("apart", [False, pytest.param(True, marks=pytest.mark.long)], ids=["in the server", "apart"])
async def test_after_a_kill_of_a_second_jobs_are_worked(folder: Path, apart: bool) -> None:
    async with house_in(folder, apart) as house:
        names, before = house.defer(), house.sent()
        await killed_for(1)(house)
        await house.until_arrived(names, RETURN_WITHIN)
        await settled(house)
        assert house.sent() - before == MAILS
        assert house.worker.is_running


@pytest.mark.case("I04")
@pytest.mark.parametrize("apart", [False, True], ids=["in the server", "apart"])
async def test_lines_that_are_swallowed_are_given_up(folder: Path, apart: bool) -> None:
    with postgres_cluster.running_cluster(settings(folder)) as url:
        socket = Path(parse_qs(urlsplit(url).query)["host"][0]) / ".s.PGSQL.5432"
        proxy = SwallowingProxy(socket)
        port = await proxy.open()

        def through_proxy(_url: str) -> str:
            return f"postgresql://threads@127.0.0.1:{port}{urlsplit(url).path}"

        async with house_in(folder, apart, through_proxy) as house:
            for _ in range(2):
                names, before = house.defer(), house.sent()
                assert proxy.swallow()
                took = await house.until_arrived(names, RETURN_WITHIN + 5)
                print(f"swallowed: worked after {took:.1f} s")
                await settled(house)
                assert house.sent() - before == MAILS
        await proxy.close()


async def settled(house: House) -> None:
    """Until the queue says so too: what became of each job was written down."""
    async with asyncio.timeout(RETURN_WITHIN + 5):
        while house.left():
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("apart", [False, True], ids=["in the server", "apart"])
async def test_a_job_under_way_when_postgresql_is_killed_is_done_once(folder: Path, apart: bool) -> None:
    async with house_in(folder, apart) as house:
        before, name = house.sent(), f"mail{token_hex(8)}"
        holding = psycopg.connect(house.url)
        holding.execute("select 1 from users where id = %s for update", [house.people[0]])
        house.defer_one(name, house.people[0], wait=0)
        while ("mail_verification", "doing") not in house.left():
            await asyncio.sleep(0.02)
        await killed_for(1)(house)
        await house.until_arrived([name], STALLED_WITHIN)
        await settled(house)
        assert house.sent() - before == 1
        assert house.worker.is_running
