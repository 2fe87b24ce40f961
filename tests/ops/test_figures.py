"""What /metrics counts where it happens, and a worker that answers for itself."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from bench.listeners import Listener
from tests.conftest import FreshServer
from tests.factories.wardrobe import RANI
from tests.support.cluster import Ground
from tests.support.people import People
from tests.support.server import Server, free_port
from tests.support.worker import Worker

pytestmark = pytest.mark.long  # programs are started


async def figure(url: str, name: str, **labels: str) -> float:
    """One figure of a process; 0 for one that it does not have yet."""
    text = (await asked(url)).text
    wanted = {f'{key}="{value}"' for key, value in labels.items()}
    found = re.findall(rf"^{name}(?:\{{(.*?)\}})? (\S+)$", text, re.MULTILINE)
    return sum(float(value) for given, value in found if wanted <= set(given.split(",")))


async def asked(url: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"{url}/metrics", headers=headers)


async def test_deliveries_and_what_was_healed_are_counted(
    fresh_server: FreshServer, people_at: Callable[[Server], People]
) -> None:
    server = await fresh_server()
    people = people_at(server)
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    chat = (await cora.post("/api/chat", json={"designerId": dina.user["designer"]["id"]})).json()["data"]["id"]
    heard: list[str] = []
    socket = await Listener.open(server.url.removeprefix("http://"), await dina.token(), heard.append)
    say = {"chatId": chat, "content": "Is it ready?", "clientId": str(uuid4())}
    assert (await cora.post("/api/chat/messages", json=say)).status_code == 201
    async with asyncio.timeout(20):
        while not any("receive-message" in text for text in heard):
            await asyncio.sleep(0.05)
    assert await figure(server.url, "threads_deliveries_total") >= 1
    assert await figure(server.url, "threads_healed_total") == 0
    assert (await cora.post("/api/chat/messages", json=say)).status_code == 200, "her first answer was lost"
    assert len((await dina.get(f"/api/chat/messages?chatId={chat}&after=0")).json()["data"]) == 1
    assert await figure(server.url, "threads_healed_total", what="repeat") == 1
    assert await figure(server.url, "threads_healed_total", what="gap") == 1
    await socket.close()


async def test_uploads_and_look_ups_in_memory_are_counted(
    fresh_server: FreshServer, people_at: Callable[[Server], People]
) -> None:
    server = await fresh_server()
    cora = await people_at(server).customer("Cora")
    assert (await cora.post("/api/upload", files={"file": ("a.png", RANI, "image/png")})).status_code == 201
    assert (await cora.post("/api/upload", files={"file": ("a.png", b"no picture", "image/png")})).status_code == 415
    assert await figure(server.url, "threads_uploads_total", outcome="stored") == 1
    assert await figure(server.url, "threads_uploads_total", outcome="refused") == 1
    assert await figure(server.url, "threads_upload_bytes_total") > 100
    assert await figure(server.url, "threads_bounded_process_memory_bytes") > 1e6
    before = await figure(server.url, "threads_cache_total", cache="sessions", result="hit")
    async with asyncio.timeout(30):  # Remembered for less than a second, which on a busy machine is no request at all.
        while await figure(server.url, "threads_cache_total", cache="sessions", result="hit") == before:
            await asyncio.gather(*(cora.get("/api/auth/me") for _ in range(5)))


@pytest_asyncio.fixture(loop_scope="session")
async def worker_at(ground: Ground) -> AsyncIterator[Callable[..., object]]:
    """A worker with these settings and a database of its own."""
    made: list[Worker] = []

    async def start(**env: str) -> Worker:
        made.append(Worker(ground.copy(), ground.new_folder("worker"), **env))
        await made[-1].start()
        return made[-1]

    yield start
    for worker in made:
        await worker.stop()
        ground.drop(worker.dsn)


async def until_answering(url: str) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                async with httpx.AsyncClient(trust_env=False) as client:
                    assert (await client.get(f"{url}/health")).json()["data"] == {"status": "alive"}
                return
            except httpx.TransportError:
                await asyncio.sleep(0.1)


async def test_a_worker_answers_on_loopback_where_it_is_told_to(worker_at) -> None:
    port = free_port()
    await worker_at(THREADS_WORKER_METRICS=str(port))
    url = f"http://127.0.0.1:{port}"
    await until_answering(url)
    answer = await asked(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    for name in ("process_resident_memory_bytes", "threads_loop_lag_seconds", "threads_jobs_oldest_waiting_seconds"):
        assert re.search(rf"^{name} \d", answer.text, re.MULTILINE), name
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{url}/")).status_code == 404
        assert (await client.post(f"{url}/metrics")).status_code == 404


async def test_with_a_token_a_worker_answers_its_bearer_alone(worker_at) -> None:
    port = free_port()
    await worker_at(THREADS_WORKER_METRICS=f"127.0.0.1:{port}", THREADS_METRICS_TOKEN="sesame")
    url = f"http://127.0.0.1:{port}"
    await until_answering(url)
    assert (await asked(url)).status_code == 404
    assert (await asked(url, Authorization="Bearer sesam")).status_code == 404
    assert (await asked(url, Authorization="Bearer sesame")).status_code == 200
