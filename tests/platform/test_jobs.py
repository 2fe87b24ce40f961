"""A job exists if, and only if, the transaction that asked for it committed."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from neural_threads.platform import job_worker, jobs
from neural_threads.platform.db import Db, configure
from neural_threads.platform.db.prepared_statements import StatementConnection

ran: list[str] = []


@jobs.task("tests_say", retries=2)
async def say(word: str) -> None:
    ran.append(word)


@jobs.task("tests_stumble", retries=3)
async def stumble(word: str) -> None:
    ran.append(word)
    if ran.count(word) == 1:
        raise RuntimeError("the needle broke")


@jobs.periodic("* * * * * *")
@jobs.task("tests_tick")
async def tick(timestamp: int) -> None:
    ran.append("tick")


@pytest.fixture
def queue(ground):
    """A database of its own: a server on the same one would take these jobs and not know them."""
    url = ground.copy()
    yield url
    ground.drop(url)


@asynccontextmanager
async def committing(url):
    async with await StatementConnection.connect(url, autocommit=True) as connection:
        await configure(connection)
        async with connection.transaction():
            yield Db(connection)


async def until(word: str, times: int = 1) -> None:
    async with asyncio.timeout(60):
        while ran.count(word) < times:
            await asyncio.sleep(0.02)


async def test_a_committed_job_runs_and_a_rolled_back_one_never_does(queue):
    async with job_worker.worker(queue):
        with pytest.raises(RuntimeError):
            async with committing(queue) as db:
                await jobs.defer(db, say, word="never")
                raise RuntimeError("changed my mind")
        async with committing(queue) as db:
            await jobs.defer(db, say, word="hello")
        await until("hello")
    assert "never" not in ran


@pytest.mark.long  # waits for seconds
async def test_a_job_that_stumbles_is_tried_again(queue):
    async with job_worker.worker(queue):
        async with committing(queue) as db:
            await jobs.defer(db, stumble, word="again")
        await until("again", times=2)


async def test_the_clock_asks_for_jobs_too(queue):
    async with job_worker.worker(queue):
        await until("tick")


async def test_a_job_can_be_asked_for_where_none_is_worked(queue):
    async with committing(queue) as db:
        await jobs.defer(db, say, word="later")
    async with job_worker.worker(queue):
        await until("later")
