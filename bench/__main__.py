"""bench/run SCENARIO [--seconds 5] … : measure one scenario, print a table, write bench/results/SCENARIO.json."""

import argparse
import os
from dataclasses import asdict, fields
from importlib import import_module
from pathlib import Path

from .context import Options, Stage
from .database import place
from .report import RESULTS, Report
from .servers import SECRET

SCENARIOS = (
    "http",
    "processes",
    "designers",
    "chat",
    "sockets",
    "startup",
    "pages",
    "media",
    "home",
    "tailors",
    "wardrobe",
    "search",
    "names",
    "edits",
    "message_search",
    "faults",
    "peers",
    "fanout",
    "vision",
    "stylist",
    "tryon",
    "soak",
    "breakpoint",
    "growth",
    "partitioned",
    "fuzz",
)


def main() -> int:
    """Exit code 1 with --check when a promise is missed; without it misses are printed as misses, and that is all."""
    parser = argparse.ArgumentParser(
        prog="bench/run", description="Measure the product, and how far it is from the limit."
    )
    parser.add_argument("scenario", choices=SCENARIOS)
    for option in fields(Options):
        assert isinstance(option.default, int | float | str)
        parser.add_argument(
            f"--{option.name.replace('_', '-')}",
            type=type(option.default),
            default=option.default,
            help=f"{option.default}",
        )
    parser.add_argument("--into", type=Path, default=RESULTS, help=f"folder for the results, {RESULTS}")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a promised figure is missed")
    arguments = vars(parser.parse_args())
    options = Options(**{option.name: arguments[option.name] for option in fields(Options)})
    report = Report(arguments["scenario"], asdict(options), arguments["into"])
    scenario = import_module(f"bench.scenarios.{arguments['scenario']}")
    os.environ.update(getattr(scenario, "SETTINGS", {}))
    with place() as here:
        os.environ["THREADS_SECRET_KEY"] = SECRET  # So that tokens made here are good there.
        scenario.run(Stage(options, here, report))
    report.finish()
    return int(arguments["check"] and not all(verdict.is_met for verdict in report.verdicts))


if __name__ == "__main__":
    raise SystemExit(main())
