"""Two server processes behind one listening socket: even work, one answer for both, and nothing lost when one goes."""

import asyncio
import re
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import psutil
import pytest
import pytest_asyncio

from tests.ops.conftest import Begin
from tests.ops.test_sigterm import Talk, close_code, listening, open_chat, texts_in
from tests.support.deadlines import within
from tests.support.people import People
from tests.support.processes import children_of, runs
from tests.support.server import Server, http_client

FreshServer = Callable[..., Awaitable[Server]]
PeopleAt = Callable[[Server], People]
pytestmark = pytest.mark.long


@pytest_asyncio.fixture(loop_scope="session")
async def pair(fresh_server: FreshServer) -> AsyncIterator[Server]:
    """A server of two processes, joined by PostgreSQL alone."""
    server = await fresh_server(is_forked=False, THREADS_PROCESSES="2")
    await until_both_serve(server)
    yield server


async def test_both_take_work_evenly_and_are_measured_together(pair: Server) -> None:
    async def visit() -> None:
        async with http_client(pair.url) as client:
            for _ in range(10):
                assert (await client.get("/health")).status_code == 200

    before = await answered(pair)
    for _ in range(5):
        await asyncio.gather(*(visit() for _ in range(8)))
    counts = await answered(pair) - before
    assert sum(counts.values()) >= 400
    assert len(counts) == 2
    assert max(counts.values()) <= 1.2 * min(counts.values()), counts


async def test_lines_that_come_at_once_are_spread_evenly(pair: Server) -> None:
    clients = [http_client(pair.url) for _ in range(24)]
    before = await answered(pair)
    for _ in range(10):
        answers = await asyncio.gather(*(client.get("/health") for client in clients))
        assert {answer.status_code for answer in answers} == {200}
    counts = await answered(pair) - before
    assert max(counts.values()) <= 1.2 * min(counts.values()), counts
    for client in clients:
        await client.aclose()


async def test_lines_that_all_lie_at_one_process_are_spread(pair: Server) -> None:
    """As after a start, when one process was ready before the other and a proxy keeps its lines open."""
    _first, second = processes_of(pair)
    second.send_signal(signal.SIGSTOP)
    await asyncio.sleep(2.5)
    clients = [http_client(pair.url) for _ in range(12)]
    for client in clients:
        assert (await client.get("/health")).status_code == 200
    second.send_signal(signal.SIGCONT)
    before = await answered(pair)
    for _ in range(60):
        answers = await asyncio.gather(*(client.get("/health") for client in clients))
        assert {answer.status_code for answer in answers} == {200}
        await asyncio.sleep(0.05)
    counts = await answered(pair) - before
    assert min(counts.values()) > 0.25 * max(counts.values()), counts
    for client in clients:
        await client.aclose()


async def test_what_is_said_at_one_process_is_heard_at_both(pair: Server, people_at: PeopleAt) -> None:
    people = people_at(pair)
    cora, dina, odile = await people.customer("Cora"), await people.designer("Dina"), await people.customer("Odile")
    chat_id = await open_chat(cora, dina)
    lines = [await listening(pair, dina) for _ in range(4)]
    outsider = await listening(pair, odile)
    await asyncio.sleep(1)
    body = {"chatId": chat_id, "content": "indigo, three metres", "clientId": "7f0f3c1e-0c5b-4d0a-9d3a-111111111111"}
    assert (await cora.post("/api/chat/messages", json=body)).status_code == 201
    for line in lines:
        async with asyncio.timeout(30):
            while "indigo, three metres" not in str(await line.recv()):
                pass
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            while "indigo" not in str(await outsider.recv()):
                pass
    assert (await dina.post("/api/auth/logout")).status_code == 200
    async with asyncio.timeout(30):
        for line in lines:
            await close_code(line)
    await outsider.close()


async def test_each_job_is_done_once(pair: Server, people_at: PeopleAt) -> None:
    people = people_at(pair)
    for number in range(6):
        await people.customer(f"Cora {number}")
    async with asyncio.timeout(90):
        while len(list(pair.outbox.glob("*.eml"))) < 6:
            await asyncio.sleep(0.1)
    await asyncio.sleep(2)
    receivers = Counter(
        line for mail in pair.outbox.glob("*.eml") for line in mail.read_text().splitlines() if line.startswith("To:")
    )
    assert len(receivers) == 6
    assert set(receivers.values()) == {1}, receivers


@pytest.mark.case("R1")
async def test_a_killed_process_loses_nothing_and_is_replaced(pair: Server, people_at: PeopleAt) -> None:
    people = people_at(pair)
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    chat_id = await open_chat(cora, dina)
    talk = Talk(cora, chat_id)
    talkers = [asyncio.create_task(talk.go_on()) for _ in range(6)]
    await asyncio.sleep(1)
    victim = processes_of(pair)[0]
    victim.kill()
    for _ in range(10):
        async with http_client(pair.url) as client:
            assert (await client.get("/ready")).status_code == 200
    await until_both_serve(pair)
    await asyncio.sleep(1)
    talk.over = True
    await asyncio.gather(*talkers)
    assert not talk.strange, talk.strange[:5]
    assert sorted(await texts_in(cora, chat_id)) == sorted(talk.acknowledged), "lost or doubled"
    assert victim.pid not in [process.pid for process in processes_of(pair)]


async def test_a_frozen_process_gets_nobody_new(pair: Server) -> None:
    frozen = processes_of(pair)[1]
    frozen.send_signal(signal.SIGSTOP)
    await asyncio.sleep(2.5)
    try:
        for _ in range(10):
            async with http_client(pair.url, timeout=10) as client:
                assert (await client.get("/health")).status_code == 200
    finally:
        frozen.send_signal(signal.SIGCONT)


@pytest.mark.case("R1")
async def test_a_reload_replaces_both_and_interrupts_no_request(pair: Server, people_at: PeopleAt) -> None:
    people = people_at(pair)
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    chat_id = await open_chat(cora, dina)
    closing = asyncio.create_task(close_code(await listening(pair, dina)))
    talk = Talk(cora, chat_id)
    talkers = [asyncio.create_task(talk.go_on()) for _ in range(6)]
    before = {process.pid for process in processes_of(pair)}
    pair.signal(signal.SIGHUP)
    async with asyncio.timeout(90):
        while before & {process.pid for process in processes_of(pair)}:
            await asyncio.sleep(0.1)
    await until_both_serve(pair)
    talk.over = True
    await asyncio.gather(*talkers)
    assert await closing == 1012
    assert not talk.strange, talk.strange[:5]
    assert not talk.interrupted
    assert sorted(await texts_in(cora, chat_id)) == sorted(talk.acknowledged)


async def test_all_of_them_stop_together(fresh_server: FreshServer) -> None:
    server = await fresh_server(is_forked=False, THREADS_PROCESSES="2")
    processes = processes_of(server)
    with within(15):
        await server.stop()
    assert not [process for process in processes if runs(process)]


async def test_processes_whose_parent_was_killed_leave(fresh_server: FreshServer) -> None:
    server = await fresh_server(is_forked=False, THREADS_PROCESSES="2")
    processes = processes_of(server)
    server.kill()
    async with asyncio.timeout(60):
        while [process for process in processes if runs(process)]:
            await asyncio.sleep(0.1)


def test_more_processes_do_not_go_with_reload(dsn: str, begin: Begin) -> None:
    process = begin("-m", "neural_threads", "serve", "--reload", "--processes", "2", DATABASE_URL=dsn, PORT="0")
    _out, error = process.communicate(timeout=60)
    assert process.returncode == 1
    assert error.strip().splitlines()[-1].startswith("--reload serves with one process")


def processes_of(server: Server) -> list[psutil.Process]:
    """The server processes, without the parent and without what they started."""
    return children_of(server.pid, "neural_threads.web.child_process", recursive=False)


async def until_both_serve(server: Server) -> None:
    """Wait until /ready counts two."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        async with http_client(server.url) as client:
            answer = (await client.get("/ready")).json()
        if answer["data"]["processes"] == "2 of 2":
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"one process only\n{server.log_tail()}")


async def answered(server: Server) -> Counter[str]:
    """How many requests each process has answered, by its label."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        text = (await client.get("/metrics")).text
    assert text.count("# TYPE threads_requests_total counter") == 1
    assert "threads_jobs_oldest_waiting_seconds{process" not in text
    counts: Counter[str] = Counter()
    for place, value in re.findall(r'^threads_requests_total\{process="(\d+)".*\} (\S+)$', text, re.MULTILINE):
        counts[place] += int(float(value))
    return counts
