"""Background work: a queue inside PostgreSQL (procrastinate), so that a job and the row it is about commit together.

A feature writes `@task("send_digest") async def send_digest(user_id: str) -> None` and, within its transaction,
`await defer(db, send_digest, user_id=cora.id)`. The server works its own jobs; `neural-threads worker` does so apart.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import procrastinate
import structlog
from procrastinate.tasks import Task

from .db import Db

log = structlog.get_logger(__name__)

# Knows the tasks and writes through the caller's connection; it never opens one of its own.
_tasks = procrastinate.App(connector=procrastinate.PsycopgConnector())
JobTask = Task[..., Awaitable[None], Any]


def task(name: str, *, retries: int = 5, priority: int = 0) -> Callable[[Callable[..., Awaitable[None]]], JobTask]:
    """Make a coroutine function a kind of job. It may run more than once, so it must bear repeating.

    `priority`: jobs with a higher one go first.
    """
    retry = procrastinate.RetryStrategy(max_attempts=retries, exponential_wait=2)
    return _tasks.task(name=name, retry=retry, priority=priority)


def daily(cron: str) -> Callable[[JobTask], Any]:
    """Run a task by the clock as well, in cron's five fields, UTC."""
    return _tasks.periodic(cron=cron)


async def defer(
    db: Db, job: JobTask, *, at: datetime | None = None, one_at_a_time: str | None = None, **facts: Any
) -> None:
    """Queue a job in the caller's transaction: it exists if, and only if, that commits. `at`: not before then.

    `one_at_a_time`: of jobs with the same text here, only one runs at any time.
    """
    connection = await db.connection()
    await job.configure(connection=connection, schedule_at=at, lock=one_at_a_time).defer_async(**facts)


@asynccontextmanager
async def queue(dsn: str) -> AsyncIterator[procrastinate.App]:
    """The queue in this database, open for working."""
    connector = procrastinate.PsycopgConnector(conninfo=dsn, min_size=1, max_size=3, timeout=5)
    # Replaced rather than copied: the clock asks each task's own app, and finds it open.
    with _tasks.replace_connector(connector) as app:
        async with app.open_async():
            yield app


async def work(app: procrastinate.App, *, signals: bool = False) -> None:
    """Work jobs until cancelled (or, with `signals`, until told to stop)."""
    await app.run_worker_async(
        concurrency=2,
        fetch_job_polling_interval=5,  # NOTIFY wakes it at once; this is for retries whose time has come.
        install_signal_handlers=signals,
        shutdown_graceful_timeout=5,
        delete_jobs="successful",
    )


@asynccontextmanager
async def worker(dsn: str) -> AsyncIterator[None]:
    """Work jobs beside the server, in its own event loop."""
    async with queue(dsn) as app:
        working = asyncio.create_task(_keep_working(app), name="jobs")
        try:
            yield
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(working, timeout=6)


async def _keep_working(app: procrastinate.App) -> None:
    """A database that goes away ends procrastinate's worker; ours comes back."""
    while True:
        try:
            await work(app)
            return
        except Exception:
            log.exception("jobs_interrupted")
            await asyncio.sleep(5)
