"""Runbooks of mail, late jobs and Gemini, performed as they are written on a machine of deploy/."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.stylist.asking import agree, asked
from tests.support.gemini_server import GeminiServer
from tests.support.machine import Machine
from tests.support.people import People
from tests.support.runbooks import runbook
from tests.support.server import free_port

pytestmark = pytest.mark.long


async def until(holds: Callable[[], object], machine: Machine, within: float = 60) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, machine.last_words()
        await asyncio.sleep(0.2)


@asynccontextmanager
async def mail_provider() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A mail server that takes everything; its port and whom it was for."""
    taken: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        is_data = False
        while line := await reader.readline():
            word = line[:4].upper()
            if is_data and line != b".\r\n":
                continue
            is_data = word == b"DATA" and not is_data
            if word == b"RCPT":
                taken.append(line)
            writer.write(b"354 go on\r\n" if is_data else b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], taken
    server.close()


async def run_down(machine: Machine, kind: str) -> None:
    """Let a job of this kind fail for good, as two hours of failing do."""
    machine.ask(
        f"update procrastinate_jobs set attempts = 12, scheduled_at = now() where status = 'todo' and task_name = '{kind}' returning id"
    )
    await until(
        lambda: machine.ask(f"select 1 from procrastinate_jobs where status = 'failed' and task_name = '{kind}'"),
        machine,
    )


async def test_the_mail_provider_is_down(machine: Machine, people_there: People) -> None:
    book = runbook("Mail provider down")
    machine.set(SMTP_URL=f"smtp://127.0.0.1:{free_port()}", THREADS_MAIL_FROM="hello@threads.example")
    machine.serve("neural-threads-worker")
    await people_there.customer("Cora")
    await until(lambda: "job_put_off" in machine.unit("neural-threads-worker").log.read_text(), machine)
    assert "mail_verification" in machine.perform(book, 1)
    assert "does not let us in" in machine.perform(book, 2)
    await run_down(machine, "mail_verification")
    async with mail_provider() as (port, taken):
        await asyncio.to_thread(machine.perform, book, 3, SMTP_URL=f"smtp://127.0.0.1:{port}")
        assert "1 jobs are queued again" in await asyncio.to_thread(machine.perform, book, 4)
        await until(lambda: taken, machine)
        assert b"@" in taken[0]
    assert book.performed == book.with_commands


async def test_jobs_are_late(machine: Machine, people_there: People) -> None:
    book = runbook("Jobs are late")
    machine.serve()
    await people_there.customer("Cora")
    assert "No worker" in machine.perform(book, 1)
    machine.perform(book, 2)
    machine.perform(book, 3)
    second = machine.unit("neural-threads-worker2")
    await until(lambda: "jobs_known" in second.log.read_text(), machine)
    await until(lambda: machine.ask("select count(*) = 0 from procrastinate_jobs where status = 'todo'"), machine)
    assert second.pid(), "a second worker with the same settings stays"
    assert "0 wrong" in machine.run("threads check")
    machine.run("systemctl stop neural-threads-worker2")
    assert "jobs are queued again" in machine.perform(book, 5)
    assert book.performed == book.with_commands


async def test_gemini_is_down(machine: Machine, people_there: People) -> None:
    book = runbook("Gemini down")
    async with GeminiServer("status_429") as gemini:
        await asyncio.to_thread(machine.set, **gemini.settings)
        await asyncio.to_thread(machine.serve)
        cora = await people_there.customer("Cora")
        await agree(cora)
        assert (await asked(cora))["isMock"] is True, "the local stylist answers"
        assert gemini.prompts
        assert "model_failed" in await asyncio.to_thread(machine.perform, book, 2)
        gemini.mode = "honest"
        gemini.prompts.clear()
        await asyncio.to_thread(machine.perform, book, 3)
        await asyncio.to_thread(machine.until_ready)
        assert (await asked(cora))["isMock"] is True
        assert not gemini.prompts, "nobody is asked any more"
        assert book.performed == book.with_commands
