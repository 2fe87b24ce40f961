"""A job that failed for good is counted and shown, and nothing about it names a person."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from neural_threads.platform.db.migrations import ROOT
from neural_threads.platform.ids import new_id
from tests.support.cluster import Ground, clean_environment
from tests.support.worker import said

from .conftest import House, house_on, remove, until

pytestmark = pytest.mark.long  # programs are started


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def refused(ground: Ground) -> AsyncIterator[House]:
    """A house whose SMTP server refuses every address, and says it aloud."""
    post = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = post.sockets[0].getsockname()[1]
    house = await house_on(ground, apart=True, SMTP_URL=f"smtp://127.0.0.1:{port}")
    yield house
    await remove(ground, house)
    post.close()


async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """SMTP as far as RCPT."""
    writer.write(b"220 here\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        writer.write(
            b"550 no such user: " + line if word == b"RCPT" else b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n"
        )


def command(house: House, *arguments: str) -> str:
    """Return what `neural-threads jobs` prints."""
    env = clean_environment() | {"DATABASE_URL": house.server.dsn, "THREADS_DATA_DIR": str(house.server.data_dir)}
    argv = [sys.executable, "-P", "-m", "neural_threads", "jobs", *arguments]
    done = subprocess.run(argv, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_it_is_counted_and_shown_without_personal_data(refused: House) -> None:
    cora = await refused.people.customer("Zwirbelkanari Menon", email=f"zwirbelkanari{new_id()}@example.com")
    await until(lambda: said(refused.worker.log, "job_put_off"))
    put_off = said(refused.worker.log, "job_put_off")[0]
    assert (put_off["task"], put_off["error"]) == ("mail_verification", "SMTPRecipientsRefused")
    refused.sql("update procrastinate_jobs set attempts = 12, scheduled_at = now() where status = 'todo'")
    await until(lambda: refused.sql("select 1 from procrastinate_jobs where status = 'failed'"))
    await until(lambda: said(refused.worker.log, "job_failed"))
    for text in (refused.worker.log.read_text(), str(refused.sql("select args::text from procrastinate_jobs"))):
        assert "zwirbelkanari" not in text.lower()
        assert cora.email not in text
    shown = command(refused)
    assert "mail_verification" in shown
    assert "Failed for good: job" in shown
    assert cora.id not in shown
    async with httpx.AsyncClient(base_url=refused.server.url) as client:
        figures = (await client.get("/metrics")).text
    assert 'threads_jobs{status="failed",task="mail_verification"} 1.0' in figures
    assert "1 jobs are queued again." in command(refused, "--retry")


async def test_a_job_of_a_newer_version_is_put_off_and_not_failed(apart: House) -> None:
    id = apart.defer("read_minds", user_id="somebody")
    await until(lambda: apart.sql("select 1 from procrastinate_jobs where id = %s and attempts = 1", id))
    [(status,)] = apart.sql("select status::text from procrastinate_jobs where id = %s", id)
    assert status == "todo"
    apart.sql("delete from procrastinate_jobs where id = %s", id)


async def test_ready_tells_when_the_oldest_job_has_waited_for_five_minutes(apart: House) -> None:
    async with httpx.AsyncClient(base_url=apart.server.url) as client:
        assert "jobs" not in (await client.get("/ready")).json()["data"]
        await apart.worker.stop()
        try:
            for age, late in ((200, False), (400, True)):
                apart.sql(
                    "insert into procrastinate_jobs (queue_name, task_name, scheduled_at)"
                    " values ('default', 'sweep_incoming_uploads', now() - make_interval(secs => %s))",
                    age,
                )
                answer = await client.get("/ready")
                assert answer.status_code == 200
                assert (answer.json()["data"].get("jobs") == "late") is late
            assert float(answer.json()["data"]["oldestJobSeconds"]) >= 400
        finally:
            await apart.worker.start()
        await until(lambda: not apart.sql("select 1 from procrastinate_jobs"))
        assert "jobs" not in (await client.get("/ready")).json()["data"]
