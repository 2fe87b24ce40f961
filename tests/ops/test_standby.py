"""Public lists come from a standby while it is current, and nobody ever reads there what is older than what they know."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import psycopg
import pytest
import pytest_asyncio
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from neural_threads.local.postgres_binaries import Account, find_programs
from neural_threads.local.postgres_cluster import running_cluster
from neural_threads.platform.db.migrations import migrate
from tests.ops.conftest import settings
from tests.ops.test_check import checked, levels
from tests.support.people import People
from tests.support.server import Server, http_client

pytestmark = pytest.mark.long


class Standby:
    """A copy of a cluster by pg_basebackup, which follows it by streaming."""

    def __init__(self, primary: str, home: Path) -> None:
        self._behind = conninfo_to_dict(primary)
        self._account, self._programs = Account.unprivileged(), find_programs()
        self.home, self.data = home, home / "standby"
        self.url = make_conninfo(primary, host=str(home), port="5433")

    def start(self) -> None:
        """Copy, then follow."""
        if not self.data.exists():
            argv = ["pg_basebackup", "-h", str(self._behind["host"]), "-U", str(self._behind["user"])]
            self._run(*argv, "-D", str(self.data), "-R", "-X", "stream", "-c", "fast")
        options = f"-c port=5433 -c unix_socket_directories={self.home} -c listen_addresses= -c hot_standby_feedback=on -c max_connections=200"
        self._run(
            "pg_ctl", "start", "-s", "-w", "-D", str(self.data), "-l", str(self.home / "standby.log"), "-o", options
        )

    def stop(self) -> None:
        """As when the machine fails."""
        self._run("pg_ctl", "stop", "-s", "-w", "-m", "immediate", "-D", str(self.data))

    def promote(self) -> None:
        """Make it a primary, by hand."""
        self._run("pg_ctl", "promote", "-s", "-w", "-D", str(self.data))

    def _run(self, program: str, *argv: str) -> None:
        result = self._account.run([self._programs[program], *argv], cwd=self.home)
        assert result.returncode == 0, result.stderr

    def ask(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as line:
            line.execute(statement.encode())


@pytest_asyncio.fixture(loop_scope="session")
async def followed(folder: Path) -> AsyncIterator[tuple[Server, Standby]]:
    """A server with a primary and a standby of their own, limits off."""
    with running_cluster(settings(folder)) as url:
        migrate(url)
        standby = Standby(url, (folder / "postgres").resolve())
        standby.start()
        server = Server(url, folder, DATABASE_REPLICA_URL=standby.url)
        await server.start()
        yield server, standby
        await server.stop()
        if (standby.data / "postmaster.pid").exists():
            standby.stop()
        shutil.rmtree(standby.data, ignore_errors=True)


async def test_a_standby_is_read_while_it_is_current(
    followed: tuple[Server, Standby], people_at: Callable[[Server], People]
) -> None:
    server, standby = followed
    people = people_at(server)
    dina = await people.designer("Dina")
    async with http_client(server.url) as visitor:
        await asyncio.sleep(1.5)
        before = await reads(visitor)
        for number in range(1, 11):
            assert (await visitor.get("/api/designers", params={"page": number})).status_code == 200
        assert (await reads(visitor))["standby"] >= before["standby"] + 10

        # The standby stands still: whoever knows of the change reads it, from the primary.
        standby.ask("select pg_wal_replay_pause()")
        changed = await dina.put("/api/users/profile", json={"name": "Dina Rao"})
        assert changed.status_code == 200, changed.text
        designer_id = (await dina.me())["designer"]["id"]
        for reader in (visitor, dina.http):
            answer = await reader.get(f"/api/designers/{designer_id}")
            assert "Dina Rao" in answer.text
        assert "wrote" in dina.cookies
        await asyncio.sleep(2.5)
        before = await reads(visitor)
        for number in range(5):
            await visitor.get("/api/designers", params={"page": 100 + number})
        assert await reads(visitor) == before | {"primary": before["primary"] + 5}
        standby.ask("select pg_wal_replay_resume()")
        await asyncio.sleep(1.5)
        before = await reads(visitor)
        await visitor.get("/api/designers", params={"page": 200})
        assert (await reads(visitor))["standby"] == before["standby"] + 1

        env = {"DATABASE_URL": server.dsn, "THREADS_DATA_DIR": str(server.data_dir)}
        _code, report, text = await checked("--before", DATABASE_REPLICA_URL=standby.url, **env)
        assert levels(report, "standby") == {"good"}, text
        _code, report, text = await checked("--before", DATABASE_REPLICA_URL=server.dsn, **env)
        assert levels(report, "standby") == {"wrong"}, text

        # It dies: nobody notices.
        asking = asyncio.create_task(keep_asking(visitor))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(standby.stop)
        await asyncio.sleep(1)
        asking.cancel()
        statuses = await asking
        assert len(statuses) > 10
        assert set(statuses) == {200}, statuses
        standby.start()
        await asyncio.sleep(3)
        before = await reads(visitor)
        await visitor.get("/api/designers", params={"page": 300})
        assert (await reads(visitor))["standby"] == before["standby"] + 1


async def keep_asking(visitor: httpx.AsyncClient) -> list[int]:
    statuses: list[int] = []
    number = 1000
    try:
        while True:
            number += 1
            statuses.append((await visitor.get("/api/designers", params={"page": number})).status_code)
    except asyncio.CancelledError:
        return statuses


async def reads(visitor: httpx.AsyncClient) -> dict[str, int]:
    """How many public reads went where."""
    text = (await visitor.get("/metrics")).text
    return {
        place: int(float(value))
        for place, value in re.findall(r'^threads_public_reads\{place="(\w+)"\} (\S+)$', text, re.MULTILINE)
    }
