"""Work and show background jobs: worker, jobs."""

import argparse
import asyncio
import signal

from neural_threads.platform.config import get_settings
from neural_threads.platform.lean_imports import load_socketio


def work(_arguments: argparse.Namespace) -> None:
    """Work jobs until told to stop, whatever becomes of the database meanwhile. Loads no web framework."""
    load_socketio(with_redis=bool(get_settings().redis_url))
    import structlog

    from neural_threads.features import jobs as _jobs  # noqa: F401 - what this process can work
    from neural_threads.platform import job_worker, jobs, tracing, web_push
    from neural_threads.platform.compute.bounded_process import close_all
    from neural_threads.platform.db import close_pool, open_pool
    from neural_threads.platform.realtime import install_emitter
    from neural_threads.platform.worker_metrics import offering_metrics

    async def working() -> None:
        settings, stop = get_settings(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        tracing.start(settings.traces_url, settings.traces_share)
        web_push.public_key()  # makes the key at the first start
        install_emitter(settings.redis_url)
        await open_pool(settings.database_url, size=3, pooler=settings.database_pooler)
        structlog.get_logger(__name__).info("jobs_known", tasks=jobs.known_tasks())
        try:
            async with offering_metrics(settings.worker_metrics):
                await job_worker.work(
                    settings.direct_url or settings.database_url, stop, pooler=not settings.direct_url
                )
        finally:
            await close_all()
            await close_pool()
            await tracing.stop()

    asyncio.run(working())


def show_jobs(arguments: argparse.Namespace) -> None:
    """Print how many jobs of each kind are in which state, and those that failed for good; never their arguments."""
    from neural_threads.platform import jobs
    from neural_threads.platform.db import close_pool, open_pool, reading

    async def showing() -> None:
        settings = get_settings()
        await open_pool(settings.database_url, size=1, pooler=settings.database_pooler)
        try:
            async with reading() as db:
                if arguments.retry:
                    print(f"{await jobs.retry_failed_jobs(db)} jobs are queued again.")
                counts, failed = await jobs.job_counts(db), await jobs.failed_jobs(db)
                waited = await jobs.oldest_waiting_seconds(db)
        finally:
            await close_pool()
        for one in counts:
            print(f"{one.task:28} {one.status:10} {one.count:8}")
        print(f"The oldest job that is due has waited for {waited:.0f} s." if waited else "No job is waiting.")
        for job in failed:
            when = f"{job.failed_at:%Y-%m-%d %H:%M:%S} UTC" if job.failed_at else "at an unknown time"
            print(f"Failed for good: job {job.id}, {job.task}, {job.attempts} attempts, {when}")

    asyncio.run(showing())
