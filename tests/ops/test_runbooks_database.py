"""Runbooks of the primary's and of a full disk, performed as they are written on a machine of deploy/."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.support.machine import Machine
from tests.support.people import People, Person
from tests.support.runbooks import runbook

pytestmark = pytest.mark.long
VOLUME_MB = 400


@pytest.fixture
def small_machine() -> Iterator[Machine]:
    """A machine whose database and nginx share a volume of 400 MB."""
    outer = Path(tempfile.mkdtemp(prefix="threads-machine-"))
    outer.chmod(0o755)
    machine = Machine(outer)
    shutil.rmtree(outer / "var")
    (outer / "var").mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={VOLUME_MB}m,mode=755", "tmpfs", str(outer / "var")], check=True
    )
    try:
        for place in ("lib/neural-threads", "cache/nginx/threads"):
            (outer / "var" / place).mkdir(parents=True)
        (outer / "var/lib/neural-threads").chmod(0o700)
        machine.add_database()
        machine.add_archive()
        yield machine
    finally:
        for file in (outer / "etc/systemd/system").glob("*.keeper"):
            machine.unit(file.stem).stop()
        subprocess.run(["umount", str(outer / "var")], check=False)
        machine.remove()


async def talk(people: People) -> tuple[Person, str]:
    """Two who have a chat; one of them, and the chat."""
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    opened = await cora.post("/api/chat", json={"designerId": dina.user["designer"]["id"]})
    return cora, opened.json()["data"]["id"]


async def say(cora: Person, chat: str, words: str) -> int:
    """Send one message; the status."""
    return (await cora.post("/api/chat/messages", json={"chatId": chat, "content": words})).status_code


async def words_in(cora: Person, chat: str) -> list[str]:
    """What she reads there."""
    page = (await cora.get(f"/api/chat/messages?chatId={chat}&limit=50")).json()
    return [message["content"] for message in page["data"]]


def archive_all(machine: Machine) -> None:
    """Wait until what was committed so far is in the archive: pgBackRest pushes beside PostgreSQL, and may take its time."""
    with psycopg.connect(machine.dsn, user="postgres", autocommit=True) as line:
        switched = line.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
        deadline = time.monotonic() + 60
        while line.execute("select last_archived_wal >= %s from pg_stat_archiver", switched).fetchone() != (True,):
            assert time.monotonic() < deadline, machine.last_words()
            time.sleep(0.1)


def lose_the_disk(machine: Machine) -> None:
    """Kill PostgreSQL and remove its files. Its processes end a moment after the first, and write until then."""
    first = psutil.Process(machine.unit("postgresql@15-main").pid())
    family = [first, *first.children(recursive=True)]
    first.kill()
    psutil.wait_procs(family, timeout=60)
    shutil.rmtree(machine.folder / "var/lib/postgresql/15/main")


async def test_the_disk_of_the_primary_is_gone(machine: Machine, people_there: People) -> None:
    book = runbook("Primary gone")
    machine.add_archive()
    machine.serve("neural-threads-worker")
    cora, chat = await talk(people_there)
    assert await say(cora, chat, "After the backup.") == 201
    machine.run("systemctl stop postgresql@15-main")
    assert "inactive" in machine.perform(book, 3)
    machine.until_ready()
    assert await say(cora, chat, "Archived.") == 201
    await asyncio.to_thread(archive_all, machine)
    await asyncio.to_thread(lose_the_disk, machine)
    machine.perform(book, 4)
    machine.perform(book, 5)
    machine.until_ready()
    assert "0 wrong" in machine.perform(book, 6, again_within=60)
    assert await words_in(cora, chat) == ["After the backup.", "Archived."]
    assert await say(cora, chat, "And on we go.") == 201
    # With Patroni: tests/ops/test_cluster_proof.py.
    assert book.performed == book.with_commands - {1, 2}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a small volume")
async def test_the_disk_is_full(small_machine: Machine) -> None:
    book, machine, people = runbook("Disk full"), small_machine, People(small_machine.url)
    machine.serve("neural-threads-worker")
    cora, chat = await talk(people)
    assert await say(cora, chat, "Before it was full.") == 201
    with (machine.folder / "var/cache/nginx/threads/kept").open("wb") as file:
        free = os.statvfs(file.fileno())
        file.write(b"x" * (free.f_bavail * free.f_frsize - 1_000_000))
    said: list[str] = []
    while await say(cora, chat, f"Still here {len(said)}.") == 201:
        said.append(f"Still here {len(said)}.")
        assert len(said) < 40, "the volume does not get full"
        # A new segment of WAL; the one for which there is no room stops PostgreSQL.
        with suppress(psycopg.Error), psycopg.connect(machine.dsn, user="postgres", autocommit=True) as line:
            line.execute("select pg_switch_wal()")
    assert await say(cora, chat, "Nobody hears this.") == 503
    assert "100%" in machine.perform(book, 1).replace("99%", "100%")
    machine.perform(book, 2)
    machine.perform(book, 4)
    machine.perform(book, 5)
    machine.until_ready()
    report = machine.perform(book, 6, again_within=90)
    assert "0 wrong" in report
    assert "0 are missing" in report
    assert await words_in(cora, chat) == ["Before it was full.", *said][-50:]
    assert await say(cora, chat, "There is room again.") == 201
    assert book.performed == book.with_commands
    await people.close()
