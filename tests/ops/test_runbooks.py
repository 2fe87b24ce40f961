"""Runbooks are rehearsed: each names the tests and faults that do so, and those of lost rows are done here step by step."""

import asyncio
import datetime
import ipaddress
import os
import re
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from neural_threads.local.postgres_cluster import create_database
from neural_threads.platform.db.migrations import ROOT
from tests.factories.wardrobe import RANI, hung, names
from tests.ops.test_check import checked, sentences
from tests.support.cluster import Ground, clean_environment
from tests.support.people import People, Person
from tests.support.runbooks import runbooks
from tests.support.server import Server

PeopleAt = Callable[[Server], People]


def test_each_runbook_names_its_rehearsal_and_each_rehearsal_exists() -> None:
    faults = (ROOT / "cluster" / "blows.py").read_text()
    parts = re.split(r"^## ", (ROOT / "docs" / "runbooks.md").read_text(), flags=re.MULTILINE)[1:]
    assert len(parts) >= 11
    for part in parts:
        title = part.splitlines()[0]
        found = re.search(r"^Rehearsed by (.+)$", part, re.MULTILINE)
        assert found, f"{title} names no rehearsal"
        tests = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", found[1])
        hurts = re.findall(r"\((kill|freeze|pull|upgrade) ([\w ]+)\)", found[1])
        assert tests or hurts, title
        for path, name in tests:
            text = (ROOT / path).read_text()
            assert not name or f"def {name}(" in text, f"{title}: {path} has no {name}"
        for verb, whom in hurts:
            assert f'"{whom}"' in faults or f"{verb} {whom}" in faults, f"{title}: nobody does {verb} {whom}"


def test_commands_stand_in_blocks_that_a_test_performs() -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests" / "ops").glob("test_*.py"))
    for title, book in runbooks().items():
        assert book.with_commands, title
        assert f'runbook("{title}")' in tests, f"nobody performs {title}"
        for number, step in book.prose.items():
            typed = re.findall(r"`((?:systemctl|journalctl|sudo|threads (?!set )\w+|psql|pgbackrest) [^`]+)`", step)
            assert set(typed) <= {"systemctl reload haproxy"}, f"{title}, step {number}: not in a block: {typed}"


class Loss(NamedTuple):
    """A server, a copy of its database from before, and people who had something to lose."""

    server: Server
    copy: str
    cora: Person
    dina: Person
    chat: str

    async def said(self, who: Person) -> object:
        """What somebody reads in the chat."""
        return (await who.get(f"/api/chat/messages?chatId={self.chat}")).json()

    def by_hand(self, statement: str, key: str) -> None:
        """A mistake in psql."""
        with psycopg.connect(self.server.dsn) as line:
            line.execute(statement.encode(), [key])

    def put_back(self, kind: str, key: str) -> subprocess.CompletedProcess[str]:
        """The command of the runbook."""
        env = clean_environment() | {"DATABASE_URL": self.server.dsn, "THREADS_DATA_DIR": str(self.server.data_dir)}
        argv = [sys.executable, "-P", "-m", "neural_threads", "restore-rows", "--from", self.copy, kind, key]
        return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


@asynccontextmanager
async def copied(ground: Ground, people_at: PeopleAt) -> AsyncIterator[Loss]:
    """Two who have talked; then their database is copied, as a restore to that second would make it."""
    server = Server(ground.copy(), ground.new_folder("runbook"), is_forked=True)
    await server.start()
    people = people_at(server)
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    chat = (await cora.post("/api/chat", json={"designerId": dina.user["designer"]["id"]})).json()["data"]["id"]
    for who, words in ((cora, "Is the lehenga ready?"), (dina, "On Thursday."), (cora, "ನಾಳೆ ಬನ್ನಿ")):
        answer = await who.post("/api/chat/messages", json={"chatId": chat, "content": words})
        assert answer.status_code == 201, answer.text
    message = answer.json()["data"]["id"]
    answer = await dina.post(f"/api/chat/messages/{message}/reactions", json={"emoji": "👍", "action": "add"})
    assert answer.status_code < 300, answer.text
    await hung(cora, RANI, name="Rani lehenga")
    await server.stop()
    name = server.dsn.split("?")[0].rpartition("/")[2]
    copy = create_database(ground.url, f"threads_test_{os.getpid()}_restored", name)
    try:
        await server.start()
        yield Loss(server, copy, cora, dina, chat)
    finally:
        await server.stop()
        ground.drop(copy)
        ground.drop(server.dsn)


@pytest.mark.long
async def test_a_chat_that_was_deleted_by_mistake_is_put_back(ground: Ground, people_at: PeopleAt) -> None:
    async with copied(ground, people_at) as loss:
        before = await loss.said(loss.cora), await loss.said(loss.dina)
        loss.by_hand("delete from chats where id = %s", loss.chat)
        assert (await loss.cora.get(f"/api/chat/messages?chatId={loss.chat}")).status_code == 404
        told = loss.put_back("chat", loss.chat)
        assert told.returncode == 0, told.stderr
        assert "messages" in told.stdout
        assert (await loss.said(loss.cora), await loss.said(loss.dina)) == before
        answer = await loss.dina.post("/api/chat/messages", json={"chatId": loss.chat, "content": "There it is."})
        assert answer.json()["data"]["seq"] == 4, "they talk on where they were"
        told = loss.put_back("chat", loss.chat)
        assert told.returncode == 0
        assert "0 of 3" in told.stdout, "a second time there is nothing to do, and nothing is overwritten"


@pytest.mark.long
async def test_one_persons_data_is_put_back(ground: Ground, people_at: PeopleAt) -> None:
    async with copied(ground, people_at) as loss:
        before = await loss.said(loss.dina)
        loss.by_hand("delete from customers where user_id = %s", loss.cora.id)
        assert (await loss.dina.get(f"/api/chat/messages?chatId={loss.chat}")).status_code == 404
        told = loss.put_back("person", loss.cora.email)
        assert told.returncode == 0, told.stderr
        assert (await loss.cora.another_device()).user["name"] == "Cora", "she signs in with her password"
        assert await names(loss.cora) == ["Rani lehenga"]
        assert await loss.said(loss.dina) == before
        told = loss.put_back("person", "nobody@example.com")
        assert told.returncode == 1
        assert told.stderr.startswith("The copy has no such person")


def certificate(folder: Path, days: float) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that ends in so many days, and that itself is the authority: authority.pem."""
    key, ends = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC) + datetime.timedelta(days)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "threads.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - datetime.timedelta(90))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "authority.pem").write_bytes(pem)
    (folder / "both.pem").write_bytes(pem + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


@pytest.mark.long
async def test_a_certificate_that_is_over_is_said_before_and_after_and_a_renewed_one_is_good(
    ground: Ground, tmp_path: Path
) -> None:
    told: dict[float, tuple[str, str, str]] = {}
    for days in (-1.0, 5.0, 60.0):
        server = await asyncio.start_server(
            lambda _, line: line.close(), "127.0.0.1", 0, ssl=certificate(tmp_path, days)
        )
        address = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        env = {"THREADS_PUBLIC_URL": address, "SSL_CERT_FILE": str(tmp_path / "authority.pem")}
        env |= {"DATABASE_URL": ground.url, "THREADS_DATA_DIR": str(ground.folder)}
        _, report, _ = await checked(**env)
        told[days] = (sentences(report, "wrong"), sentences(report, "warning"), sentences(report, "good"))
        server.close()
    assert "The certificate of 127.0.0.1 is refused by browsers: certificate has expired." in told[-1.0][0]
    assert "The certificate of 127.0.0.1 ends in 5 days: see that it is renewed." in told[5.0][1]
    assert "The certificate of 127.0.0.1 is good for 60 days." in told[60.0][2]
