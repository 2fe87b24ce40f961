"""Make the database's tables and fill them: migrate, demo."""

import argparse

from neural_threads.platform.config import get_settings
from neural_threads.platform.db import migrations

from .errors import CannotServe


def migrate(_arguments: argparse.Namespace) -> None:
    """Bring the database to the newest form."""
    settings = get_settings()
    changed = migrations.migrate(settings.direct_url or settings.database_url)
    print("The database is migrated." if changed else "The database was up to date.")


def demonstrate(arguments: argparse.Namespace) -> None:
    """Load the demo world once, or fill a database for benchmarks."""
    from neural_threads import demo

    settings = get_settings()
    if settings.production and not arguments.in_production:
        raise CannotServe(
            "The demo world has accounts whose password everybody knows, and THREADS_ENV is production. "
            "If this database serves nobody yet, repeat the command with --in-production."
        )
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
