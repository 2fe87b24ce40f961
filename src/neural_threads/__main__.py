"""The commands: neural-threads serve | realtime | worker | jobs | migrate | demo | media | check | backup | restore-drill | routes."""

import argparse
import asyncio
import errno
import os
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import FrameType

from neural_threads.local.postgres_binaries import CannotStart
from neural_threads.local.postgres_cluster import running_cluster
from neural_threads.local.supervisor import revived
from neural_threads.platform.config import Settings, SettingsError, get_settings
from neural_threads.platform.db import migrations
from neural_threads.platform.logs import set_up_logging

MOST_FILES = 65_536


class CannotServe(Exception):
    """A command cannot run; the message says why in a sentence."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; what goes wrong is one sentence on standard error and exit code 1."""
    arguments = _parser().parse_args(argv)
    signal.signal(signal.SIGTERM, _leave)
    run: Callable[[argparse.Namespace], int | None] = arguments.run
    try:
        if run is check_installation:  # It reports settings that cannot be used, as everything else.
            return check_installation(arguments)
        settings = get_settings()
        set_up_logging(settings.log_level)
        if arguments.needs_database:
            _require_folder(settings.data_dir, "THREADS_DATA_DIR")
            _require_folder(
                settings.media_dir, "THREADS_MEDIA_STORE" if settings.media_store else "THREADS_DATA_DIR", 0o700
            )
            with running_cluster(settings) as url, revived(settings):
                _point_at(url)
                run(arguments)
        else:
            run(arguments)
    except (SettingsError, CannotStart, CannotServe, migrations.MigrationFailed, migrations.NotMigrated) as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _require_folder(folder: Path, setting: str, mode: int = 0o755) -> None:
    """Raise CannotServe, naming the setting, unless this is a folder (made now if need be) in which we may write."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=mode, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # The only way to ask that also sees a file system without writing.
            pass
    except (FileExistsError, NotADirectoryError):
        raise CannotServe(f"{folder} is a file, not a folder: choose another {setting}.") from None
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else "may not be written by us"
        raise CannotServe(f"{folder} cannot be used ({reason}): choose another {setting}.") from None


def _leave(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM, which uvicorn raises again once it has stopped: leave by the door, so that the database is stopped too."""
    sys.exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="neural-threads", description="Find designers and tailors, and talk to them.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int | None], about: str, *, database: bool = True) -> argparse.ArgumentParser:  # fmt: skip
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run, needs_database=database)
        return sub

    serving = command("serve", serve, "Serve pages, the API and the sockets.")
    serving.add_argument("--reload", action="store_true", help="restart when the code changes")
    serving.add_argument(
        "--processes", type=_positive, metavar="N", help="serve by so many processes; default: THREADS_PROCESSES"
    )
    serving.add_argument("--demo", action="store_true", help="load the demo world first")
    talking = command("realtime", serve_sockets, "Serve the sockets alone, joined with the server by Redis.")
    talking.add_argument("--port", type=int, default=3001, help="port to listen on; default: 3001")
    command("worker", work, "Work background jobs apart from the server.")
    queue = command(
        "jobs", show_jobs, "Show how many background jobs wait, run or have failed, without their contents."
    )
    queue.add_argument("--retry", action="store_true", help="queue those that failed for good once more")
    command("migrate", migrate, "Bring the database to the newest form.")
    demonstrating = command("demo", demonstrate, "Load the demo world, or with --scale a large one for benchmarks.")
    demonstrating.add_argument(
        "--scale", metavar="designers=10000,messages=200000", help="fill a database for benchmarks"
    )
    demonstrating.add_argument("--draw", action="store_true", help="draw the missing pictures of a demo that is loaded")
    media = command("media", work_on_media, "Copy all pictures to another store, or verify that none is missing.")
    media.add_argument("verb", choices=["copy", "verify"])
    media.add_argument("--to", metavar="s3://bucket", help="copy: folder, s3://… or cloudinary://…")
    media.add_argument("--from", dest="source", metavar="STORE", help="default: the store that is in use")
    checking = command(
        "check", check_installation, "Say what is missing or unsafe in this installation.", database=False
    )
    checking.add_argument("--json", action="store_true", help="for programs")
    checking.add_argument(
        "--before", action="store_true", help="before a deployment: what it will see to itself is no mistake"
    )
    saving = command("backup", back_up_database, "Make a base backup of this machine's database by pgBackRest.")
    saving.add_argument("--type", choices=["full", "diff", "incr"], default="incr", help="default: incr")
    drilling = command(
        "restore-drill", rehearse_restore, "Restore the last backup beside, compare it, and start on it."
    )
    drilling.add_argument("--keep", action="store_true", help="leave the restored copy where it is")
    for sub in (saving, drilling):
        sub.add_argument("--stanza", default="threads", help="pgBackRest's name for the cluster; default: threads")
        sub.add_argument("--config", default="", metavar="FILE", help="default: pgBackRest's own, /etc/pgbackrest.conf")
    command("routes", list_routes, "List every address and who answers it.", database=False)
    return parser


def _positive(text: str) -> int:
    if not 1 <= (number := int(text)) <= 64:
        raise ValueError
    return number


def _point_at(url: str) -> None:
    """From here on the private cluster is simply the database, also for processes that we start."""
    os.environ["DATABASE_URL"] = url
    get_settings.cache_clear()


def serve(arguments: argparse.Namespace) -> None:
    """Migrate (in development), then serve until told to stop."""
    settings = get_settings()
    _bring_up_to_date(settings)
    _take_more_sockets()
    listener = _listen(settings, settings.port)
    processes = arguments.processes or settings.processes
    if processes > 1 and arguments.reload:
        raise CannotServe("--reload serves with one process: leave --processes (or THREADS_PROCESSES) out.")
    with _demo(settings) if arguments.demo else nullcontext():
        if processes > 1:
            _serve_by_several(settings, listener, processes)
        else:
            _serve(settings, listener, reload=arguments.reload)


def _demo(settings: Settings) -> AbstractContextManager[None]:
    from . import demo

    return demo.beside(settings)


def _serve(settings: Settings, listener: socket.socket, *, reload: bool) -> None:
    from neural_threads.web.server import Server, server_config

    config = server_config("neural_threads.web.app:create_app", settings, settings.port, reload=reload)
    print(f"Neural Threads is at http://{settings.host}:{settings.port}", flush=True)
    if reload:
        from uvicorn.supervisors import ChangeReload

        ChangeReload(config, target=Server(config).run, sockets=[listener]).run()
        return
    Server(config).run(sockets=[listener])


def _serve_by_several(settings: Settings, listener: socket.socket, processes: int) -> None:
    from neural_threads.operations.parent import Parent

    async def serving() -> int:
        return await Parent(listener, processes).run()

    print(f"Neural Threads is at http://{settings.host}:{settings.port}", flush=True)
    if asyncio.run(serving()):
        raise CannotServe("No server process became ready; the log above says why.")


def serve_sockets(arguments: argparse.Namespace) -> None:
    """The sockets alone, until told to stop."""
    import uvicorn

    from neural_threads.web.server import server_config

    settings = get_settings()
    if not settings.redis_url:
        raise CannotServe(
            "Sockets of their own hear nothing of what the server does without Redis: set REDIS_URL for both, "
            "for example redis://127.0.0.1:6379/0."
        )
    _bring_up_to_date(settings)
    _take_more_sockets()
    listener = _listen(settings, arguments.port)
    config = server_config("neural_threads.web.realtime:create_realtime_app", settings, arguments.port)
    print(f"The sockets are at http://{settings.host}:{arguments.port}", flush=True)
    uvicorn.Server(config).run(sockets=[listener])


def _bring_up_to_date(settings: Settings) -> None:
    url = settings.direct_url or settings.database_url
    if settings.production:
        if not migrations.is_usable(url):
            raise migrations.NotMigrated("The database is not migrated. Run `neural-threads migrate` first.")
        return
    migrations.migrate(url)


def _take_more_sockets() -> None:
    """Every connection is an open file; the usual 1,024 would send the thousandth person away."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < target:
        resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))


def _listen(settings: Settings, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, port))
    except OSError as error:
        listener.close()
        raise CannotServe(
            f"Port {port} on {settings.host} cannot be used ({error.strerror}). "
            "Stop what is using it, or choose another with PORT=8001."
        ) from None
    listener.set_inheritable(True)
    return listener


def work(_arguments: argparse.Namespace) -> None:
    """Work jobs until told to stop, whatever becomes of the database meanwhile. Loads no web framework."""
    import structlog

    from neural_threads.platform.compute.bounded_process import close_all
    from neural_threads.platform.db import close_pool, open_pool
    from neural_threads.platform.realtime import install_emitter

    from .features import jobs as _jobs  # noqa: F401 - what this process can work
    from .platform import jobs, web_push

    async def working() -> None:
        settings, stop = get_settings(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        web_push.public_key()  # makes the key at the first start
        install_emitter(settings.redis_url)
        await open_pool(settings.database_url, size=3, pooler=settings.database_pooler)
        structlog.get_logger(__name__).info("jobs_known", tasks=jobs.known_tasks())
        try:
            await jobs.work(settings.direct_url or settings.database_url, stop, pooler=not settings.direct_url)
        finally:
            await close_all()
            await close_pool()

    asyncio.run(working())


def show_jobs(arguments: argparse.Namespace) -> None:
    """Print how many jobs of each kind are in which state, and those that failed for good; never their arguments."""
    from neural_threads.platform.db import close_pool, open_pool, reading

    from .platform import jobs

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


def migrate(_arguments: argparse.Namespace) -> None:
    """Bring the database to the newest form."""
    settings = get_settings()
    changed = migrations.migrate(settings.direct_url or settings.database_url)
    print("The database is migrated." if changed else "The database was up to date.")


def demonstrate(arguments: argparse.Namespace) -> None:
    """Load the demo world once, or fill a database for benchmarks."""
    from . import demo

    settings = get_settings()
    migrations.migrate(settings.database_url)
    if arguments.draw:
        demo.draw(settings)
    elif arguments.scale:
        target = dict(part.split("=", 1) for part in arguments.scale.split(",") if "=" in part)
        if (
            not target
            or set(target) - {"designers", "messages", "tailors"}
            or not all(n.isdigit() for n in target.values())
        ):
            raise CannotServe(
                "--scale takes designers=NUMBER,messages=NUMBER,tailors=NUMBER, for example designers=10000,messages=200000."
            )
        demo.scale(settings, **{name: int(number) for name, number in target.items()})
    else:
        demo.load(settings)


def work_on_media(arguments: argparse.Namespace) -> None:
    """Copy or verify the pictures."""
    if arguments.verb == "verify":
        verify_media(arguments)
    elif not arguments.to:
        raise CannotServe("Say where to: neural-threads media copy --to s3://bucket.")
    else:
        copy_media(arguments)


def verify_media(arguments: argparse.Namespace) -> None:
    """Say which pictures are missing in the store, and which files there no row knows. Changes nothing."""
    from neural_threads.features.media.verification import Verification, verify_images
    from neural_threads.platform.db import close_pool, open_pool
    from neural_threads.platform.images.folder import Folder
    from neural_threads.platform.images.stores import current_store, store_at

    settings = get_settings()
    store = store_at(arguments.source, Folder(settings.media_dir)) if arguments.source else current_store()

    async def verifying() -> Verification:
        await open_pool(settings.database_url, size=2, pooler=settings.database_pooler)
        try:
            return await verify_images(store)
        finally:
            await close_pool()

    result = asyncio.run(verifying())
    for name in result.missing_names:
        print(f"missing   {name}")
    for name in result.orphaned_names:
        print(f"orphaned  {name}")
    orphaned = (
        f"{result.orphaned} of {result.files} files are orphaned" if result.can_list else "this store lists no files"
    )
    print(f"{result.images} pictures, {result.missing} are missing; {orphaned}.")
    if result.missing:
        raise CannotServe("Bring the missing pictures back from a backup of the store.")


def copy_media(arguments: argparse.Namespace) -> None:
    """Copy every image that is not there yet; when it was interrupted, run it again."""
    from neural_threads.features.media.store_migration import Tally, copy_images
    from neural_threads.platform.db import close_pool, open_pool
    from neural_threads.platform.images.folder import Folder
    from neural_threads.platform.images.stores import current_store, store_at

    settings = get_settings()
    folder = Folder(settings.media_dir)
    source = store_at(arguments.source, folder) if arguments.source else current_store()
    target = store_at(arguments.to, folder)

    def tell(tally: Tally) -> None:
        print(f"\r{tally.done} of {tally.total} pictures", end="", flush=True)

    async def copying() -> Tally:
        await open_pool(settings.database_url, size=2, pooler=settings.database_pooler)
        try:
            return await copy_images(source, target, tell)
        finally:
            await close_pool()

    tally = asyncio.run(copying())
    print(f"\r{tally.copied} copied, {tally.there} were there, {tally.missing} are missing, {tally.failed} failed.")
    if tally.failed:
        raise CannotServe("Some pictures could not be copied. Run this again: it goes on where it was.")


def check_installation(arguments: argparse.Namespace) -> int:
    """Print what is good, doubtful and wrong. Returns 1 when something is wrong, for whoever deploys by a script."""
    import msgspec

    from neural_threads.operations.check import Level, as_text, check

    set_up_logging("error")
    report = check(os.environ, before=arguments.before)
    print(msgspec.json.encode(report).decode() if arguments.json else as_text(report))
    return int(report.status is Level.WRONG)


def back_up_database(arguments: argparse.Namespace) -> None:
    """Make a base backup and print what there is now."""
    from neural_threads.operations.backup import PgBackRest, back_up

    settings = get_settings()
    url = settings.direct_url or settings.database_url
    print(back_up(PgBackRest.for_cluster(url, arguments.stanza, arguments.config), arguments.type))


def rehearse_restore(arguments: argparse.Namespace) -> None:
    """Restore the newest backup into another folder and print what was found, step by step."""
    from neural_threads.operations.backup import PgBackRest
    from neural_threads.operations.restore_drill import rehearse

    settings = get_settings()
    url = settings.direct_url or settings.database_url
    drill = rehearse(settings, PgBackRest.for_cluster(url, arguments.stanza, arguments.config), keep=arguments.keep)
    print("\n".join(drill.lines))
    if drill.failures:
        raise CannotServe(f"The restored copy is not as it should be: {'; '.join(drill.failures)}.")


def list_routes(_arguments: argparse.Namespace) -> None:
    """Print every address with its methods and the function that answers."""
    from neural_threads.web.app import routes

    for path, methods, name in sorted(routes()):
        print(f"{path:55} {methods:20} {name}")


if __name__ == "__main__":
    sys.exit(main())
