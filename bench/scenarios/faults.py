"""Ten thousand sends through broken connections, killed servers and killed databases; then every message is accounted for."""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.context import Stage
from bench.faults import Outcome, Plan, tried
from bench.figures import at_most, percentile
from bench.server_process import signing
from neural_threads.local.postgres_cluster import running_cluster
from neural_threads.platform.config import Settings
from neural_threads.platform.db.migrations import migrate


def run(stage: Stage) -> None:
    """Nothing lost, doubled or out of order; 503 within 2 s while the database is gone, 200 within 5 s of its return."""
    options, report = stage.options, stage.report
    seed = options.seed or random.randrange(1, 1 << 30)
    plan = Plan(sends=options.sends, kills=options.kills, database_kills=options.database_kills, seed=seed)
    with private_database() as folder, signing():
        outcome = asyncio.run(tried(plan, folder))
    _print(plan, outcome)
    report.facts |= {
        "seed": seed,
        "said": {
            "acknowledged": outcome.acknowledged,
            "retries": outcome.retries,
            "lines_broken": outcome.breaks,
            "heard_on_sockets": outcome.events,
            "seconds": round(outcome.seconds, 1),
        },
        "starts_s": _rounded(outcome.starts),
        "revivals_s": _rounded(outcome.revivals),
        "returns_s": _rounded(outcome.returns),
    }
    report.promise(
        at_most("acknowledged and lost", 0, outcome.lost),
        at_most("stored twice", 0, outcome.doubled),
        at_most("chats out of order or with a gap", 0, outcome.disordered),
        at_most("clients that held something else in the end", 0, outcome.views_that_differ),
        at_most("unread counts that lied", 0, outcome.unread_that_differ),
        at_most("answers that nobody should get", 0, len(outcome.strange)),
        at_most("503 without Retry-After", 0, outcome.hasty),
        at_most(f"slowest of {len(outcome.refusals)} refusals (503)", 2, max(outcome.refusals, default=0), " s"),
        at_most("database back until 200", 5, max(outcome.returns, default=0), " s"),
        at_most("server started again until ready", 5, max(outcome.starts, default=0), " s"),
    )


@contextmanager
def private_database() -> Iterator[Path]:
    """A data directory of its own with a migrated private cluster in it; kill its postmaster as you like."""
    outer = Path(tempfile.mkdtemp(prefix="threads-faults-"))
    outer.chmod(0o755)
    folder = outer / "data"
    try:
        with running_cluster(Settings.from_env({"THREADS_DATA_DIR": str(folder)})) as url:
            migrate(url)
        yield folder
    finally:
        home = (folder / "postgres").resolve()
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(outer, ignore_errors=True)


def _print(plan: Plan, outcome: Outcome) -> None:
    print(
        f"\nseed {plan.seed}: {outcome.acknowledged:,} acknowledged in {outcome.seconds:.0f} s through {outcome.breaks} broken lines, "
        f"{outcome.kills} kills of the server and {outcome.database_kills} of the database; {outcome.retries} retries"
    )
    print(f"heard on sockets: {outcome.events:,} events; everything else was fetched")
    for what, seconds in (
        ("server ready again after", outcome.starts),
        ("database back after", outcome.revivals),
        ("then 200 after", outcome.returns),
        ("503 after", outcome.refusals),
    ):
        ordered = sorted(seconds)
        if ordered:
            print(f"{what:26} p50 {percentile(ordered, 0.5):.2f} s   worst {ordered[-1]:.2f} s   ({len(ordered)})")
    for strange in outcome.strange:
        print(f"  strange: {strange}")


def _rounded(seconds: list[float]) -> list[float]:
    return [round(one, 2) for one in seconds]
