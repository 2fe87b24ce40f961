"""Background work: a queue inside PostgreSQL (procrastinate), so that a job and the row it is about commit together.

A feature writes `@task("send_digest") async def send_digest(user_id: str) -> None` into its `jobs.py` and, within a
transaction, `await defer(db, send_digest, user_id=cora.id)`. `features/jobs.py` lists the modules with jobs; they are
worked in `job_worker.py`. Arguments are ids, never addresses or what people wrote.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import msgspec
import procrastinate
from procrastinate.tasks import Task

from . import tracing
from .db import Db
from .db.composition import Sql, sql

# Knows the tasks and writes through the caller's connection; it never opens one of its own.
TASKS = procrastinate.App(connector=procrastinate.PsycopgConnector())
JobTask = Task[..., Awaitable[None], Any]
earlier_attempts: ContextVar[int] = ContextVar("earlier_attempts", default=0)
"""How often the job that runs now was begun before; 0 outside of jobs."""


def task(name: str, *, retries: int = 5, priority: int = 0) -> Callable[[Callable[..., Awaitable[None]]], JobTask]:
    """Make a coroutine function a kind of job. It may run more than once, so it must bear repeating.

    `priority`: jobs with a higher one go first.
    """
    retry = procrastinate.RetryStrategy(max_attempts=retries, exponential_wait=2)
    return TASKS.task(name=name, retry=retry, priority=priority)


def periodic(cron: str) -> Callable[[JobTask], Any]:
    """Run a task by the clock as well, in cron's five fields, UTC."""
    return TASKS.periodic(cron=cron)


def known_tasks() -> list[str]:
    """Return the names of the jobs that this process can work, sorted; procrastinate's own are left out."""
    return sorted(name for name in TASKS.tasks if not name.startswith(("builtin:", "procrastinate.")))


async def defer(
    db: Db, job: JobTask, *, at: datetime | None = None, one_at_a_time: str | None = None, **facts: Any
) -> None:
    """Queue a job in the caller's transaction: it exists if, and only if, that commits. `at`: not before then.

    `one_at_a_time`: of jobs with the same text here, only one runs at any time.
    """
    connection = await db.connection()
    with tracing.inner_span(f"defer {job.name}", "producer"):
        deferrer = job.configure(connection=connection, schedule_at=at, lock=one_at_a_time)
        await deferrer.defer_async(**facts, **tracing.carrier())


def queued(job: JobTask, *, arguments: Sql, at: Sql) -> Sql:
    """Return the SQL expression that queues a job and has its id as value, for a statement that commits by itself.

    `arguments` is an expression of type jsonb, `at` one of type timestamptz: not before then. See `defer` and `carrier`.
    """
    return sql(
        """
        (procrastinate_defer_jobs_v1(array[
          row('{job.queue}', '{job.name}', {job.priority}, null, null, {arguments}, {at})::procrastinate_job_to_defer_v1
        ]))[1]
        """,
        job=job,
        arguments=arguments,
        at=at,
    )


async def bring_forward(db: Db, job_ids: Sequence[int]) -> None:
    """Let jobs that wait for their time be worked as soon as a worker is free."""
    await db.execute(BROUGHT_FORWARD, ids=list(job_ids))


# Workers are told of new jobs only, so this says what procrastinate's trigger says of one.
BROUGHT_FORWARD = """
with due as (update procrastinate_jobs set scheduled_at = null where id = any(%(ids)s::bigint[]) and status = 'todo' returning id)
select pg_notify('procrastinate_any_queue_v1', json_build_object('type', 'job_inserted', 'job_id', id)::text) from due
"""


# Watching


class JobCount(msgspec.Struct, frozen=True):
    """The number of jobs of one kind in one state: todo, doing, failed, aborted, cancelled."""

    task: str
    status: str
    count: int


class FailedJob(msgspec.Struct, frozen=True):
    """A job that will not be tried again by itself. Its arguments are left out."""

    id: int
    task: str
    attempts: int
    failed_at: datetime | None


async def job_counts(db: Db) -> list[JobCount]:
    """Return the numbers of jobs in the queue by kind and state; what succeeded is not kept."""
    return await db.all(
        JobCount,
        "select task_name as task, status::text as status, count(*) as count from procrastinate_jobs"
        " group by task_name, status order by task_name, status",
    )


async def failed_jobs(db: Db, limit: int = 100) -> list[FailedJob]:
    """Return the newest jobs that failed for good."""
    return await db.all(
        FailedJob,
        """
        select j.id, j.task_name as task, j.attempts,
               (select max(e.at) from procrastinate_events e where e.job_id = j.id) as failed_at
          from procrastinate_jobs j where j.status in ('failed', 'aborted') order by j.id desc limit %(limit)s
        """,
        limit=limit,
    )


async def retry_failed_jobs(db: Db) -> int:
    """Queue every job that failed for good once more. Returns how many."""
    return await db.execute(
        "update procrastinate_jobs set status = 'todo', attempts = 0, scheduled_at = null, worker_id = null"
        " where status in ('failed', 'aborted')"
    )


async def oldest_waiting_seconds(db: Db) -> float:
    """Return for how many seconds the oldest job that is due has waited; 0 when none waits."""
    waited = await db.value(
        """
        select extract(epoch from now() - least(
          (select min(scheduled_at) from procrastinate_jobs where status = 'todo' and scheduled_at <= now()),
          (select min(e.at) from procrastinate_events e where e.job_id =
            (select min(id) from procrastinate_jobs where status = 'todo' and scheduled_at is null))
        ))::float8
        """
    )
    return float(waited or 0)
