"""Generated requests and socket frames by every kind of user: no 5xx, and everybody else is answered."""

import random

from bench.context import Stage
from bench.database import cloned
from bench.figures import at_least, at_most
from bench.fuzzing import Outcome, fuzzed
from bench.servers import app


def run(stage: Stage) -> None:
    """`--requests 50000 --frames 20000 --seed N`: what a run asks depends on the seed only."""
    options, report = stage.options, stage.report
    seed = options.seed or random.randrange(1, 1 << 30)
    print(f"seed {seed}")
    with cloned(stage.here, 150, 0) as database:
        folder = stage.here.folder / "fuzz"
        folder.mkdir(exist_ok=True)
        env = {"THREADS_MEDIA_STORE": str(stage.here.media), "THREADS_MASK_MODEL": "off"}
        with app(database.url, folder, pinned=False, **env) as server:
            outcome = fuzzed(
                f"http://{server.address}",
                requests_wanted=options.requests,
                frames_wanted=options.frames,
                seed=seed,
            )
            log = server.log.read_text(errors="replace")
    _print(outcome)
    report.facts |= {
        "seed": seed,
        "statuses": {str(status): times for status, times in sorted(outcome.statuses.items())},
        "frames": {"sent": outcome.frames, "acknowledged": outcome.acknowledged},
        "seconds": round(outcome.seconds),
        "wrong": outcome.wrong,
        "broken": outcome.broken,
    }
    report.promise(
        at_least("requests sent", options.requests, outcome.requests),
        at_most("answered by a 5xx", 0, outcome.server_errors),
        at_most("answered in a way that the document does not tell of", 0, len(outcome.wrong)),
        at_least("of them successes", outcome.requests / 20, sum(outcome.statuses[code] for code in (200, 201, 204))),
        at_least("frames sent", options.frames, outcome.frames),
        at_most("frames answered by a mistake of ours", 0, len(outcome.broken)),
        at_most("times that somebody else was not answered", 0, outcome.troubled),
        at_most("tracebacks in the log", 0, log.count("Traceback")),
    )


def _print(outcome: Outcome) -> None:
    statuses = ", ".join(f"{status}: {times:,}" for status, times in sorted(outcome.statuses.items()))
    print(f"\n{outcome.requests:,} requests and {outcome.frames:,} frames in {outcome.seconds:.0f} s; {statuses}")
    for title, told in outcome.wrong.items():
        print(f"\n{title}\n{told}")
    for broken in outcome.broken[:20]:
        print(f"\nbroken: {broken}")
