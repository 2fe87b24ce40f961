"""Runbooks of servers, Redis, secrets and a busy day, performed as they are written on a machine of deploy/."""

import asyncio
import os
import re
import signal
import time

import httpx
import pytest

from tests.support.machine import Machine
from tests.support.people import People
from tests.support.runbooks import runbook

pytestmark = pytest.mark.long


async def test_a_server_is_gone(machine: Machine, people_there: People) -> None:
    book = runbook("A server is gone")
    machine.serve("neural-threads-worker")
    cora = await people_there.customer("Cora")
    os.kill(machine.unit("neural-threads").pid(), signal.SIGKILL)
    machine.until_ready()
    assert "neural-threads.service: active" in machine.perform(book, 1)
    # Now one that cannot come back: the last line says why.
    machine.set(THREADS_PROCESSES="many")
    os.kill(machine.unit("neural-threads").pid(), signal.SIGKILL)
    deadline = time.monotonic() + 30
    said = ""
    while "THREADS_PROCESSES='many' cannot be used" not in said and time.monotonic() < deadline:
        said = await asyncio.to_thread(machine.run, "journalctl --no-pager -u neural-threads -n 50")
    assert "THREADS_PROCESSES='many' cannot be used" in said
    machine.set(THREADS_PROCESSES="1")
    machine.perform(book, 2)
    machine.until_ready()
    machine.perform(book, 3)
    assert "0 wrong" in machine.perform(book, 5)
    assert (await cora.get("/api/auth/me")).status_code == 200, "she is still signed in"
    assert book.performed == book.with_commands


async def test_redis_is_gone(machine: Machine, people_there: People) -> None:
    book = runbook("Redis gone")
    machine.add_redis()
    machine.run("systemctl start redis-server")
    machine.serve("neural-threads-worker")
    cora, dina = await people_there.customer("Cora"), await people_there.designer("Dina")
    os.kill(machine.unit("redis-server").pid(), signal.SIGKILL)
    opened = await cora.post("/api/chat", json={"designerId": dina.user["designer"]["id"]})
    assert opened.status_code == 201, "nothing stops"
    assert "PONG" in machine.perform(book, 2)
    assert machine.perform(book, 3).count("OK") == 2
    assert '"redis":"joined"' in machine.perform(book, 4)
    machine.run("systemctl stop redis-server")
    machine.perform(book, 5)
    machine.until_ready()
    assert "REDIS_URL" not in machine.env_file.read_text()
    assert "0 wrong" in machine.run("threads check", again_within=60)
    assert book.performed == book.with_commands


async def test_a_secret_has_leaked(machine: Machine, people_there: People) -> None:
    book = runbook("Secret leaked")
    machine.serve()
    cora, odile = await people_there.customer("Cora"), await people_there.customer("Odile")
    before = machine.run("threads get THREADS_SECRET_KEY").strip()
    push = machine.folder / "var/lib/neural-threads/push.key"
    pushed = push.read_bytes()
    machine.perform(book, 1)
    machine.until_ready()
    key, previous = (machine.run(f"threads get THREADS_SECRET_{name}").strip() for name in ("KEY", "PREVIOUS"))
    assert previous == before != key
    assert machine.env_file.stat().st_mode & 0o777 == 0o600, "settings stay root's own"
    assert (await cora.get("/api/auth/me")).status_code == 200, "only old: nobody notices"
    machine.perform(book, 2)
    machine.until_ready()
    assert "THREADS_SECRET_PREVIOUS" not in machine.env_file.read_text()
    assert (await odile.get("/api/auth/me")).status_code == 401, "leaked: everybody signs in anew"
    back = await cora.another_device()
    machine.perform(book, 3)
    assert machine.ask("select count(*) from sessions") == 0
    assert (await back.get("/api/auth/me")).status_code == 401
    machine.perform(book, 4)
    machine.perform(book, 5)
    machine.until_ready()
    assert push.read_bytes() != pushed
    assert (await cora.another_device()).user["name"] == "Cora"
    assert book.performed == book.with_commands


async def test_a_tenfold_day(machine: Machine, people_there: People) -> None:
    book = runbook("A tenfold day")
    machine.set(THREADS_RATE_LIMITS="on")
    machine.serve("neural-threads-worker")
    machine.perform(book, 2)
    machine.until_ready()
    async with httpx.AsyncClient(trust_env=False) as client:
        ready = (await client.get(f"{machine.url}/ready")).json()
    if (os.cpu_count() or 1) > 1:
        assert re.fullmatch(r"\d+ of (\d+)", str(ready["data"]["processes"])), ready
    assert "0 wrong" in machine.perform(book, 3)
    machine.until_ready()
    machine.perform(book, 6)
    machine.until_ready()
    cora, dina = await people_there.customer("Cora"), await people_there.designer("Dina")
    chat = (await cora.post("/api/chat", json={"designerId": dina.user["designer"]["id"]})).json()["data"]["id"]
    statuses = [
        (await cora.post("/api/chat/messages", json={"chatId": chat, "content": "Now?"})).status_code for _ in range(70)
    ]
    assert 429 in statuses, "thirty a minute in each process"
    assert "Max open files" in machine.perform(book, 7)
    assert book.performed == book.with_commands
