"""The commands: neural-threads serve | realtime | worker | jobs | migrate | demo | media | check | backup | restore-drill | restore-rows | routes."""

import argparse
import errno
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from psycopg import OperationalError

from neural_threads.commands.background import show_jobs, work
from neural_threads.commands.data import demonstrate, migrate
from neural_threads.commands.errors import CannotServe
from neural_threads.commands.installation import (
    back_up_database,
    check_installation,
    list_routes,
    rehearse_restore,
    restore_rows,
)
from neural_threads.commands.media import work_on_media
from neural_threads.commands.serving import serve, serve_sockets
from neural_threads.local.postgres_binaries import CannotStart
from neural_threads.local.postgres_cluster import running_cluster
from neural_threads.local.supervisor import revived
from neural_threads.platform.config import SettingsError, get_settings
from neural_threads.platform.db import migrations
from neural_threads.platform.logs import set_up_logging


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
    except OperationalError as reason:
        print(f"The database does not answer: {str(reason).splitlines()[0]}. Is DATABASE_URL right?", file=sys.stderr)
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
    demonstrating.add_argument(
        "--in-production", action="store_true", help="load it although THREADS_ENV is production"
    )
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
    putting_back = command(
        "restore-rows", restore_rows, "Put back what belonged to one chat or one person, from a restored copy."
    )
    putting_back.add_argument("--from", dest="source", metavar="URL", required=True, help="the restored copy")
    putting_back.add_argument("kind", choices=["chat", "person"])
    putting_back.add_argument("key", help="the chat's id; the person's id or e-mail address")
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


if __name__ == "__main__":
    sys.exit(main())
