"""R3: PostgreSQL is killed or frozen: a quick 503 that asks to try again, and no restart needed when it is back."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex

import httpx
import pytest

from tests.ops.conftest import Begin, postmaster_of
from tests.ops.test_serving import serve
from tests.support.deadlines import within
from tests.support.freezing import frozen_database
from tests.support.server import free_port

pytestmark = pytest.mark.long  # programs are started and killed


async def test_killed_it_is_503_within_2_s_and_200_within_5_s_of_its_return(folder: Path, begin: Begin) -> None:
    async with visiting(folder, begin) as visitor:
        killed = postmaster_of(folder)
        assert killed
        os.kill(killed, signal.SIGKILL)
        with within(2.5):
            answers = await asyncio.gather(*(ask(visitor) for _ in range(20)))
        for answer in answers:
            if (
                answer.status_code != 200
            ):  # On a fast machine it is back before anybody's patience ends (1.1 s, measured).
                assert_unavailable(answer)
        assert (await visitor.get("/health")).status_code == 200
        with within(5):
            await until_200(visitor)
        assert postmaster_of(folder) not in (None, killed), "the server starts its private cluster again"


@pytest.mark.case("I03")
async def test_frozen_it_is_503_within_6_s_and_the_process_stays_awake(folder: Path, begin: Begin) -> None:
    async with visiting(folder, begin) as visitor:
        with frozen_database(folder), within(6.5):
            asking = [asyncio.create_task(ask(visitor)) for _ in range(20)]
            await asyncio.sleep(0.2)
            with within(1):
                assert (await visitor.get("/health")).status_code == 200
            answers = await asyncio.gather(*asking)
        for answer in answers:
            assert_unavailable(answer)
        with within(5):
            await until_200(visitor)


def assert_unavailable(answer: httpx.Response) -> None:
    """503, when to come back, and nothing about our insides."""
    assert answer.status_code == 503, answer.text[:500]
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json()["success"] is False
    assert "Traceback" not in answer.text


async def ask(visitor: httpx.AsyncClient) -> httpx.Response:
    """A question that no cache can answer."""
    return await visitor.get("/api/designers", params={"search": token_hex(4)}, timeout=60)


async def until_200(visitor: httpx.AsyncClient) -> None:
    """Wait until the product works again."""
    began = time.monotonic()
    while (await ask(visitor)).status_code != 200:
        assert time.monotonic() - began < 60, "it never came back"
        await asyncio.sleep(0.1)


@asynccontextmanager
async def visiting(folder: Path, begin: Begin) -> AsyncIterator[httpx.AsyncClient]:
    """A server on its private database, and somebody who asks it."""
    port = free_port()
    await asyncio.to_thread(serve, begin, folder, port)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as visitor:
        assert (await ask(visitor)).status_code == 200
        yield visitor
