"""Everything works through a real PgBouncer in transaction mode with the configuration of deploy/."""

import asyncio
import configparser
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from neural_threads.local.postgres_binaries import Account
from neural_threads.platform.db.migrations import ROOT
from tests.ops.test_check import checked, levels
from tests.ops.test_processes import until_both_serve
from tests.ops.test_sigterm import listening, open_chat, texts_in
from tests.support.cluster import Ground
from tests.support.people import People
from tests.support.programs import required
from tests.support.server import Server, free_port

pytestmark = pytest.mark.long


class PgBouncer:
    """Debian's PgBouncer as deploy/pgbouncer/pgbouncer.ini has it, but for addresses and the trust of a test."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.port = free_port()
        self._behind = conninfo_to_dict(dsn)
        self.folder = Path(tempfile.mkdtemp(prefix="threads-pgbouncer-"))
        self.database = str(self._behind["dbname"])
        self.url = f"postgresql://{self._behind['user']}@127.0.0.1:{self.port}/{self.database}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        ini, account = self.folder / "pgbouncer.ini", Account.unprivileged()
        with ini.open("w") as file:
            self._configuration().write(file)
        shutil.chown(self.folder, account.uid, account.gid)
        shutil.chown(ini, account.uid, account.gid)
        self._process = subprocess.Popen(
            [required("pgbouncer"), str(ini)],
            cwd=self.folder,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, "PgBouncer does not answer"
                time.sleep(0.05)

    def _configuration(self) -> configparser.RawConfigParser:
        shipped = configparser.RawConfigParser(interpolation=None, comment_prefixes=(";",))
        shipped.read(ROOT / "deploy" / "pgbouncer" / "pgbouncer.ini")
        behind = self._behind
        target = f"host={behind['host']} port={behind.get('port', 5432)} dbname={self.database}"
        shipped["databases"] = {self.database: target}
        ours = {"listen_port": str(self.port), "auth_type": "trust", "auth_file": str(self.folder / "users")}
        (self.folder / "users").write_text(f'"{behind["user"]}" ""\n')
        shipped["pgbouncer"].update(ours | {"unix_socket_dir": str(self.folder), "default_pool_size": "4"})
        return shipped

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def pooled(ground: Ground) -> Iterator[PgBouncer]:
    """A PgBouncer of four connections before a database of its own."""
    dsn = ground.copy()
    pooler = PgBouncer(dsn)
    pooler.start()
    yield pooler
    pooler.stop()
    ground.drop(dsn)


async def test_two_processes_behind_pgbouncer(
    pooled: PgBouncer, ground: Ground, people_at: Callable[[Server], People]
) -> None:
    env = {"THREADS_DATABASE_POOLER": "on", "DATABASE_DIRECT_URL": pooled.dsn}
    server = Server(pooled.url, ground.new_folder("pooled"), THREADS_PROCESSES="2", **env)
    await server.start()
    try:
        await until_both_serve(server)
        people = people_at(server)
        cora, dina = await people.customer("Cora"), await people.designer("Dina")
        odile = await people.customer("Odile")
        chat_id = await open_chat(cora, dina)
        lines = [await listening(server, dina) for _ in range(4)]
        await asyncio.sleep(1)

        async def say(number: int) -> str:
            body = {
                "chatId": chat_id,
                "content": f"thread {number}",
                "clientId": f"7f0f3c1e-0c5b-4d0a-9d3a-{number:012}",
            }
            answer = await cora.post("/api/chat/messages", json=body)
            assert answer.status_code == 201, answer.text
            return body["content"]

        said = await asyncio.gather(*(say(number) for number in range(40)))
        assert sorted(await texts_in(cora, chat_id)) == sorted(said)
        refused = await odile.get("/api/chat/messages", params={"chatId": chat_id})
        assert refused.status_code == 404
        for line in lines:
            async with asyncio.timeout(60):
                while "thread 39" not in str(await line.recv()):
                    pass
        async with asyncio.timeout(90):
            while len(list(server.outbox.glob("*.eml"))) < 3:
                await asyncio.sleep(0.1)
        for path in ("/api/designers", "/api/tailors", "/api/designs", "/customer"):
            assert (await cora.get(path)).status_code == 200, path
        log = server.log.read_text()
        assert "prepared statement" not in log
        assert '"level": "error"' not in log, server.log_tail()
    finally:
        await server.stop()
        shutil.rmtree(server.data_dir, ignore_errors=True)


async def test_the_check_knows_the_pooler_and_what_the_role_lacks(pooled: PgBouncer, tmp_path: Path) -> None:
    env = {"DATABASE_URL": pooled.url, "THREADS_DATA_DIR": str(tmp_path), "THREADS_DATABASE_POOLER": "on"}
    _code, report, text = await checked("--before", **env)
    assert levels(report, "pooler") == {"warning", "good"}, text
    env["DATABASE_DIRECT_URL"] = pooled.dsn
    _code, report, text = await checked("--before", **env)
    assert (levels(report, "pooler"), levels(report, "planner")) == ({"good"}, {"warning"}), text
    # For this database only: the role is that of all tests.
    statements = (ROOT / "deploy" / "pgbouncer" / "role.sql").read_text()
    with psycopg.connect(pooled.dsn, autocommit=True) as line:
        line.execute(
            statements.replace(
                "alter role threads set", f"alter role threads in database {pooled.database} set"
            ).encode()
        )
    _code, report, text = await checked("--before", **env)
    assert levels(report, "planner") == {"good"}, text
    with psycopg.connect(pooled.url, autocommit=True, prepare_threshold=None) as line:
        assert line.execute("show random_page_cost").fetchone() == ("1.1",)
