"""Runbooks that need a copy of an earlier moment, performed as they are written on a machine of deploy/ with pgBackRest."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from neural_threads.platform.db.migrations import ROOT, newest
from tests.support.machine import Machine
from tests.support.people import People, Person
from tests.support.runbooks import Runbook, runbook

pytestmark = pytest.mark.long
_BAD = '''"""A migration that fails after it has changed something."""

from alembic import op

revision = "2099_01_01_01_bad"
down_revision = "{newest}"


def upgrade() -> None:
    op.execute("create table half_way (id text primary key)")
    op.execute("insert into messages (id) values (1 / 0)")


def downgrade() -> None:
    op.execute("drop table half_way")
'''


@pytest_asyncio.fixture(loop_scope="session")
async def people(machine: Machine) -> AsyncIterator[People]:
    """People on a machine that archives."""
    machine.add_archive()
    machine.serve("neural-threads-worker")
    people = People(machine.url)
    yield people
    await people.close()


def earlier(machine: Machine) -> str:
    """The moment that is restored: now, and what was written before is archived a little later."""
    when = str(machine.ask("select clock_timestamp()"))
    machine.run(
        "sleep 1; sudo -u postgres psql -qd threads -c 'create table later ()' -c 'select pg_switch_wal()'; sleep 2"
    )
    return when


def make_copy(machine: Machine, when: str) -> Runbook:
    """*A copy of an earlier moment*, but for its end."""
    book = runbook("A copy of an earlier moment")
    assert "status: ok" in machine.perform(book, 1, WHEN=when)
    machine.perform(book, 2, WHEN=when)
    machine.perform(book, 3)
    return book


def remove_copy(machine: Machine, book: Runbook) -> None:
    """Its end."""
    machine.perform(book, 5)
    assert not list((machine.folder / "var/lib/postgresql").glob("restored*"))
    assert book.performed == book.with_commands


async def words_in(person: Person, chat: str) -> list[str]:
    """What somebody reads in a chat."""
    page = (await person.get(f"/api/chat/messages?chatId={chat}")).json()
    return [message["content"] for message in page["data"]]


async def test_lost_rows_are_put_back_from_a_copy(machine: Machine, people: People) -> None:
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    chat = (await cora.post("/api/chat", json={"designerId": dina.user["designer"]["id"]})).json()["data"]["id"]
    for words in ("Is the lehenga ready?", "ನಾಳೆ ಬನ್ನಿ"):
        assert (await cora.post("/api/chat/messages", json={"chatId": chat, "content": words})).status_code == 201
    before = await words_in(dina, chat)
    when = earlier(machine)
    machine.ask(f"delete from chats where id = '{chat}' returning id")
    copy = make_copy(machine, when)
    book = runbook("Someone deleted a chat by mistake")
    assert "messages" in machine.perform(book, 4, CHAT=chat)
    assert await words_in(dina, chat) == before
    assert book.performed == book.with_commands

    machine.ask(f"delete from users where id = '{cora.id}' returning id")
    assert (await dina.get(f"/api/chat/messages?chatId={chat}")).status_code == 404
    book = runbook("Restore one person's data")
    assert cora.id in machine.perform(book, 2, PERSON=cora.email)
    machine.perform(book, 3, PERSON=cora.email)
    assert "0 are missing" in machine.perform(book, 4)
    assert (await cora.another_device()).user["name"] == "Cora"
    assert await words_in(dina, chat) == before
    assert book.performed == book.with_commands
    remove_copy(machine, copy)


async def test_the_drill_as_root_types_it(machine: Machine, people: People) -> None:
    await people.customer("Cora")
    config = f"--config {machine.folder}/etc/pgbackrest.conf"  # at the usual place elsewhere
    assert "incr backup" in machine.run(f"threads backup {config}")
    said = machine.run(f"threads restore-drill {config}")
    assert "somebody signs in on it, and a stranger does not" in said
    assert "WRONG" not in said


def released(machine: Machine) -> tuple[Path, str]:
    """Our code as a checkout in the place of /opt/neural-threads, and the name of its release."""
    checkout = machine.folder / "opt"
    git = ["git", "-c", "user.name=Release", "-c", "user.email=release@threads.example", "-C", str(checkout)]
    checkout.mkdir()
    files = subprocess.run(["git", "ls-files", "-z", "src", "migrations", "bin", "requirements", "alembic.ini", "pyproject.toml"],
                           cwd=ROOT, capture_output=True, check=True).stdout  # fmt: skip
    pack = subprocess.run(
        ["tar", "c", "--null", "-T", "-"], cwd=ROOT, input=files, capture_output=True, check=True
    ).stdout
    subprocess.run(["tar", "x", "-C", str(checkout)], input=pack, check=True)
    (checkout / ".venv").symlink_to(ROOT / ".venv")
    (checkout / ".gitignore").write_text(".venv\n__pycache__\n*.pyc\n*.egg-info\n")
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "A release."], ["tag", "v1"]):
        subprocess.run([*git, *words], check=True)
    (checkout / "migrations/versions/2099_01_01_01_bad.py").write_text(_BAD.format(newest=newest()))
    for words in (["add", "."], ["commit", "--quiet", "-m", "The next one."]):
        subprocess.run([*git, *words], check=True)
    return checkout, "v1"


async def test_a_migration_was_bad(machine: Machine, people: People) -> None:
    cora, dina = await people.customer("Cora"), await people.designer("Dina", bio="Silk from Kanchipuram.")
    checkout, release = released(machine)
    machine.places["/opt/neural-threads"] = str(checkout)
    program = machine.folder / "bin/neural-threads"
    program.write_text(program.read_text().replace("exec ", f"cd {checkout}; PYTHONPATH={checkout}/src exec "))
    with pytest.raises(AssertionError, match="division by zero"):
        machine.run("threads migrate")
    assert machine.ask("select to_regclass('half_way')") is None
    book = runbook("Bad migration")
    assert '"ready"' in machine.perform(book, 1, RELEASE=release)
    assert not (checkout / "migrations/versions/2099_01_01_01_bad.py").exists()
    assert (await cora.get("/api/auth/me")).status_code == 200

    when = earlier(machine)
    machine.ask("update designers set bio = upper(bio) returning id")
    machine.perform(book, 2)
    assert not machine.is_ready()
    copy = make_copy(machine, when)
    assert "UPDATE 1" in machine.perform(book, 4, TABLE="designers", COLUMN="bio")
    machine.perform(book, 5, again_within=60)
    machine.until_ready()
    profile = (await cora.get(f"/api/designers/{dina.user['designer']['id']}")).json()["data"]
    assert profile["bio"] == "Silk from Kanchipuram."
    assert book.performed == book.with_commands
    remove_copy(machine, copy)
