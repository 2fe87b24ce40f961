"""The worker of the queue: procrastinate's, made to outlive every absence of PostgreSQL.

The library's worker ends when one of its side tasks or a look for jobs fails, forgets what became of a job when the
database is away at that moment, and never asks for jobs whose worker is gone. All of that is mended here, and the private
parts of procrastinate are used nowhere else (docs/decisions/0022-background-work-that-runs.md).
"""

import asyncio
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar, cast

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.retry import RetryDecision
from procrastinate.worker import Worker
from psycopg import errors
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool

from neural_threads.platform.db.prepared_statements import StatementConnection

from . import counters, tracing
from .db import renew_connections
from .jobs import TASKS, earlier_attempts, known_tasks

log = structlog.get_logger(__name__)
T = TypeVar("T")

AT_ONCE = 2
POLL = 3.0
"""Seconds between two looks for jobs. NOTIFY wakes the worker at once; this is for retries whose time has come."""
PATIENCE = 3.0
"""Seconds that PostgreSQL has for an answer about the queue; after them the line is taken to be dead."""
PAUSE = 1.0
STOPPED_WITHIN = 6.0
"""Seconds that the server waits for its worker at the end."""
HEARTBEAT = 10.0
STALLED_AFTER = 40.0
"""Seconds without a heartbeat after which the jobs of a worker are given to others."""
STEADY = 30.0
"""Seconds without an interruption before we call another worker stalled: after one, all heartbeats are old."""
LOOK = 4.0
MOST_STALLS = 10
"""A job that ends its worker so often has failed."""
UNKNOWN_RETRIES = 30
"""A job of a kind that only a newer version knows is offered for four hours."""
LAST_WORDS = 3.0
"""Seconds for writing down what became of a job while we are told to stop."""

SESSION = (
    "-c statement_timeout=3000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000 "
    "-c timezone=UTC -c jit=off -c application_name=neural-threads-jobs"
)
# A dead peer is noticed by the kernel, too, also while we only listen.
KEEPALIVE = {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2}

ALIVE = """
with alive as (
  insert into procrastinate_workers (id, last_heartbeat) overriding system value values (%(id)s, now())
      on conflict (id) do update set last_heartbeat = now()
)
update procrastinate_jobs set worker_id = %(id)s
 where id = any(%(running)s::bigint[]) and status = 'doing' and worker_id is null
"""
MINE = "select id from procrastinate_jobs where status = 'doing' and worker_id = %(id)s"
STILL_MINE = """
select 1 from procrastinate_jobs
 where id = %(job)s and status = 'doing' and attempts = %(attempts)s and (worker_id = %(worker)s or worker_id is null)
"""
# One statement, so that of two workers that look at once only one gives a job back.
RETRY_STALLED = """
with stalled as (
  select j.id from procrastinate_jobs j left join procrastinate_workers w on w.id = j.worker_id
   where j.status = 'doing' and not j.id = any(%(running)s::bigint[])
     and (j.id = any(%(lost)s::bigint[])
          or %(steady)s and (w.id is null or w.last_heartbeat < now() - make_interval(secs => %(after)s)))
     for update of j skip locked
)
update procrastinate_jobs j
   set status = (case when j.attempts < %(most)s then 'todo' else 'failed' end)::procrastinate_job_status,
       attempts = j.attempts + 1, worker_id = null, scheduled_at = null, abort_requested = false
  from stalled where j.id = stalled.id
returning j.id, j.task_name, j.status::text as status
"""


async def work(dsn: str, stop: asyncio.Event, *, pooler: bool = False) -> None:
    """Work jobs until `stop` is set. Whatever ends the worker before that is an interruption: it is started again."""
    while not stop.is_set():
        try:
            async with open_queue(TASKS, dsn, pooler=pooler) as app:
                await work_until(app, stop, listen=not pooler)
        except Exception as error:
            log.warning("jobs_interrupted", part="worker", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PAUSE)


@asynccontextmanager
async def worker(dsn: str, *, pooler: bool = False) -> AsyncIterator[None]:
    """Work jobs beside the server, in its own event loop."""
    stop = asyncio.Event()
    log.info("jobs_known", tasks=known_tasks())
    working = asyncio.create_task(work(dsn, stop, pooler=pooler), name="jobs")
    try:
        yield
    finally:
        stop.set()
        with suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(working, STOPPED_WITHIN)


class QueueConnection(StatementConnection):
    """A connection that does not wait for ever: a frozen server and a swallowed line look like a broken one."""

    async def wait(self, gen: PQGen[T], interval: float = PATIENCE, timeout: float | None = PATIENCE) -> T:  # noqa: ASYNC109 - psycopg's
        """Wait as psycopg does, three seconds unless the caller says otherwise; listeners wait as long as they like."""
        return await super().wait(gen, interval, timeout)


async def _by_itself(connection: QueueConnection) -> None:
    # Each statement of the queue is a transaction of its own; BEGIN and COMMIT would be two more round trips.
    await connection.set_autocommit(True)


@asynccontextmanager
async def open_queue(tasks: procrastinate.App, dsn: str, *, pooler: bool = False) -> AsyncIterator[procrastinate.App]:
    """The queue in this database, open for working. `pooler`: behind PgBouncer, which takes no options."""
    # procrastinate configures the connection that listens by what stands here.
    connector = procrastinate.PsycopgConnector(configure=_by_itself)
    pool = AsyncConnectionPool(
        make_conninfo(dsn, connect_timeout=2, tcp_user_timeout=8000, **KEEPALIVE, **_session(pooler)),
        min_size=1,
        max_size=AT_ONCE + 1,
        timeout=PATIENCE,
        max_idle=30,
        reconnect_timeout=3,
        connection_class=QueueConnection,
        kwargs={"prepare_threshold": None},
        configure=_by_itself,
        check=AsyncConnectionPool.check_connection,
        open=False,
    )
    await pool.open()
    try:
        # Replaced rather than copied: the clock asks each task's own app, and finds it open.
        with tasks.replace_connector(connector) as app:
            await connector.open_async(cast(Any, pool))
            yield app
    finally:
        await pool.close(timeout=1)


def _session(pooler: bool) -> dict[str, Any]:
    return {} if pooler else {"options": SESSION}


async def work_until(app: procrastinate.App, stop: asyncio.Event, *, listen: bool = True) -> None:
    """Work jobs until `stop` is set. Returns before that only if the worker ended although it should not."""
    lasting: Any = LastingWorker(app, listen=listen)
    running = asyncio.create_task(lasting.run(), name="job-worker")
    stopping = asyncio.create_task(stop.wait(), name="job-worker-stop")
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        lasting.stop()
        await running
    finally:
        stopping.cancel()
        if not running.done():
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


class LastingWorker(Worker):
    """A worker that goes on when PostgreSQL was away, and knows afterwards which jobs are still its own."""

    def __init__(self, app: procrastinate.App, *, listen: bool = True) -> None:
        super().__init__(
            app,
            concurrency=AT_ONCE,
            fetch_job_polling_interval=POLL,
            install_signal_handlers=False,
            shutdown_graceful_timeout=5,
            delete_jobs="successful",
            listen_notify=listen,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=STALLED_AFTER,
            worker_middleware=[_in_context],
        )
        self._steady_since = time.monotonic()
        self._is_interrupted = False
        self._suspects: set[int] = set()
        self._renewal: asyncio.Task[None] | None = None

    # Interruptions

    def _interrupted(self, part: str, error: Exception) -> None:
        self._steady_since = time.monotonic()
        if not self._is_interrupted:
            log.warning("jobs_interrupted", part=part, error=_name_of(error))
            self._renewal = asyncio.create_task(self._renew_lines(), name="renew-lines")
        self._is_interrupted = True

    async def _renew_lines(self) -> None:
        """Open new connections in place of all: where one is dead, each of the others would take its timeout to show it."""
        await self.app.connector.pool.drain()  # type: ignore[attr-defined]
        await renew_connections()

    def _start_side_tasks(self) -> list[asyncio.Task[Any]]:
        sides: dict[str, Callable[[], Awaitable[None]]] = {
            "heartbeat": self._update_heartbeat,
            "clock": self._periodic_deferrer,
            "stalled": self._watch_stalled,
        }
        if self.listen_notify:
            sides["listener"] = self._listen
        return [asyncio.create_task(self._for_ever(name, side), name=name) for name, side in sides.items()]

    async def _for_ever(self, part: str, side: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await side()
            except Exception as error:
                self._interrupted(part, error)
            await asyncio.sleep(PAUSE)

    async def _listen(self) -> None:
        await self.app.job_manager.listen_for_jobs(on_notification=self._handle_notification, queues=self.queues)

    async def _fetch_and_process_jobs(self) -> None:
        while not self._stop_event.is_set():
            try:
                await cast(Any, super())._fetch_and_process_jobs()
            except ConnectorException as error:
                self._interrupted("fetch", error)
                await asyncio.sleep(PAUSE)
            else:
                if self._is_interrupted:
                    self._is_interrupted = False
                    log.warning("jobs_resumed")
                return

    # What became of a job

    async def _persist_job_status(
        self, job: Job, status: Status, retry_decision: RetryDecision | None, context: JobContext, job_result: Any
    ) -> None:
        if status is Status.ABORTED and self._stop_event.is_set():
            retry_decision = RetryDecision()  # We stopped it, so it is nobody's fault.
        elif job.task_name not in self.app.tasks and job.attempts < UNKNOWN_RETRIES:
            retry_decision = RetryDecision(retry_in={"seconds": 30 * (job.attempts + 1)})
        first, stopping_since = True, 0.0
        while first or await self._is_still_mine(job):
            first = False
            try:
                await super()._persist_job_status(job, status, retry_decision, context, job_result)
                return
            except ConnectorException as error:
                if isinstance(error.__cause__, errors.RaiseException):
                    break
                self._interrupted("result", error)
            if self._stop_event.is_set():
                stopping_since = stopping_since or time.monotonic()
                if time.monotonic() - stopping_since > LAST_WORDS:
                    break
            await asyncio.sleep(PAUSE)
        log.info("job_result_known_already", job=job.id, task=job.task_name)

    async def _is_still_mine(self, job: Job) -> bool:
        """Return True if the result of this attempt is still to be written; True also when nobody can tell us now."""
        try:
            rows = await self.app.connector.execute_query_all_async(
                STILL_MINE, job=job.id, attempts=job.attempts, worker=self.worker_id
            )
        except ConnectorException:
            return True
        return bool(rows)

    def _log_job_outcome(
        self,
        status: Status,
        context: JobContext,
        job_result: Any,
        job_retry: Any,
        exc_info: bool | BaseException = False,
    ) -> None:
        """Say which job failed and where, but neither its arguments nor the error's text: they may name people."""
        task = context.job.task_name if context.job.task_name in self.app.tasks else "unknown"
        counters.jobs_worked.labels(
            task, "done" if status is Status.SUCCEEDED else "put off" if job_retry else "failed"
        ).inc()
        if status is Status.SUCCEEDED:
            return
        job, error = context.job, exc_info if isinstance(exc_info, BaseException) else None
        is_unknown = job.task_name not in self.app.tasks
        payload = {"job": job.id, "task": job.task_name, "attempt": job.attempts + 1, "unknown": is_unknown}
        payload |= {"error": _name_of(error), "where": _where(error)}
        if job_retry or is_unknown or status is Status.ABORTED:
            log.warning("job_put_off", **payload)
        else:
            log.error("job_failed", **payload)

    # Heartbeats and stalled jobs

    def _running_ids(self) -> list[int]:
        return [context.job.id for context in self._running_jobs.values() if context.job.id is not None]

    async def _update_heartbeat(self) -> None:
        """Also after another worker took ours for dead: the row comes back, and what we run is ours again."""
        while True:
            await self.app.connector.execute_query_async(ALIVE, id=self.worker_id, running=self._running_ids())
            await asyncio.sleep(HEARTBEAT)

    async def _watch_stalled(self) -> None:
        """Offer jobs again whose worker is gone, and those given to us of which we never heard."""
        while True:
            await asyncio.sleep(LOOK)
            rows = await self.app.connector.execute_query_all_async(MINE, id=self.worker_id)
            unheard_of = {row["id"] for row in rows} - set(self._running_ids())
            # Twice in a row, since an answer may be on its way.
            lost, self._suspects = self._suspects & unheard_of, unheard_of
            await self._retry_stalled(lost)

    async def _retry_stalled(self, lost: set[int]) -> None:
        rows = await self.app.connector.execute_query_all_async(
            RETRY_STALLED,
            lost=sorted(lost),
            running=self._running_ids(),
            steady=time.monotonic() - self._steady_since > STEADY,
            after=STALLED_AFTER,
            most=MOST_STALLS,
        )
        counters.healed.labels("job").inc(len(rows))
        for row in rows:
            log.warning("job_stalled", job=row["id"], task=row["task_name"], now=row["status"])
        if rows:
            self._new_job_event.set()


async def _in_context(call_next: Callable[[], Awaitable[Any]], context: JobContext, _worker: Worker) -> Any:
    job = context.job
    earlier_attempts.set(job.attempts)
    parent = str(job.task_kwargs.pop(tracing.CARRIER, ""))  # Ours; no task takes it.
    with (
        tracing.span(f"job {job.task_name}", "consumer", parent=parent, job=job.id or 0, attempt=job.attempts + 1),
        structlog.contextvars.bound_contextvars(job=job.id, task=job.task_name, **_trace()),
    ):
        return await call_next()


def _trace() -> dict[str, str]:
    trace_id = tracing.trace_id()
    return {"trace_id": trace_id} if trace_id else {}


def _name_of(error: BaseException | None) -> str:
    cause = error.__cause__ if isinstance(error, ConnectorException) and error.__cause__ else error
    return type(cause).__name__


def _where(error: BaseException | None) -> str:
    """The last line of ours in the traceback, as module.py:line function."""
    frames = (
        [frame for frame in traceback.extract_tb(error.__traceback__) if "neural_threads" in frame.filename]
        if error
        else []
    )
    last = frames[-1] if frames else None
    return f"{last.filename.rpartition('neural_threads/')[2]}:{last.lineno} {last.name}" if last else ""
