"""Look after an installation: check, backup, restore-drill, restore-rows, routes."""

import argparse
import os

from neural_threads.platform.config import get_settings
from neural_threads.platform.logs import set_up_logging

from .errors import CannotServe


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


def restore_rows(arguments: argparse.Namespace) -> None:
    """Put back what belonged to one chat or one person, and print by table how many rows were missing."""
    from psycopg import Error

    from neural_threads.operations.restore_rows import NothingThere, put_back

    settings = get_settings()
    url = settings.direct_url or settings.database_url
    try:
        done = put_back(arguments.source, url, arguments.kind, arguments.key)
    except NothingThere as reason:
        raise CannotServe(str(reason)) from None
    except Error as error:
        raise CannotServe(f"Nothing was put back: {str(error).splitlines()[0]}") from None
    for one in done:
        print(f"{one.table:28} {one.restored} of {one.belong} rows were missing")


def list_routes(_arguments: argparse.Namespace) -> None:
    """Print every address with its methods and the function that answers."""
    from neural_threads.web.app import routes

    for path, methods, name in sorted(routes()):
        print(f"{path:55} {methods:20} {name}")
