"""A soak test of hours: does the server's memory grow, and are connections and files closed again?"""

import asyncio
import json
import time
from base64 import b64encode
from statistics import linear_regression, mean, median
from typing import Any, NamedTuple

import psutil
import psycopg

from bench.context import Stage
from bench.database import Database, cloned
from bench.figures import Verdict, at_most
from bench.graph import Curve, draw
from bench.processes import MB, census, costs
from bench.seed_users import all_seats
from bench.servers import HOST, Server, app, generate, generator, metric
from neural_threads.platform.security.passwords import hash_password

PASSWORD = "seven indigo looms"
PAUSE = 6.0
"""Seconds between the steps of a visit; somebody stays for about a minute."""
EVERY = 10.0
WARMING = 60.0
"""Seconds of visits before anything is counted: what is made once is not what a visit costs."""
QUIET = 60.0
"""Seconds in which everything may come to rest."""
SETTLED = 3
"""Files and tasks that may be more than before without being left behind: a job that is just running."""


class Sample(NamedTuple):
    """The server at one moment."""

    at: float
    memory: float
    """MB of all its processes."""
    files: int
    """Open file descriptors of the server process, without its connections to the database."""
    tasks: int


def run(stage: Stage) -> None:
    """Less than 1 MB of growth in ten minutes; files and tasks are back at what they were when everybody has gone."""
    report, minutes = stage.report, stage.options.minutes
    length = minutes * 60
    warming, quiet = min(WARMING, length / 2), min(QUIET, length)
    with cloned(stage.here, stage.options.designers, stage.options.messages) as database:
        _give_passwords(database)
        with app(database.url, stage.here.folder, pinned=False) as server:
            report.row("first visits", generate(_job(stage, server, warming)))
            base = _at_rest(server, quiet)
            samples, row = _watched(stage, server, database, length)
            report.row(f"{minutes:g} minutes of visits", row)
            after = _at_rest(server, quiet, base)
    _drawn(stage, samples)
    slope, whole = growth(samples[len(samples) // 3 :]), growth(samples)
    report.facts |= {
        "postgres": database.version,
        "base": base._asdict(),
        "after": after._asdict(),
        "memory_mb": {"first": samples[0].memory, "last": samples[-1].memory, "most": max(s.memory for s in samples)},
        "mb_in_ten_minutes": {"last two thirds": round(slope, 2), "whole": round(whole, 2)},
        "samples": [list(sample) for sample in samples[:: max(1, len(samples) // 240)]],
    }
    report.promise(
        Verdict("memory, last two thirds: growth in ten minutes", "< 1 MB", f"{slope:.2f} MB", slope < 1),
        at_most("open files beside the database's, more than before", SETTLED, after.files - base.files),
        at_most("tasks of the event loop, more than before", SETTLED, after.tasks - base.tasks),
        at_most("visits that broke off", 0, row["errors"]),
        at_most("own messages not heard on the own socket", 0, row["said"] - row["heard"]),
    )


def growth(samples: list[Sample]) -> float:
    """MB in ten minutes: the slope of the least squares through medians of a minute, so that one peak does not count."""
    by_minute: dict[int, list[Sample]] = {}
    for sample in samples:
        by_minute.setdefault(int(sample.at // 60), []).append(sample)
    if len(by_minute) < 2:
        return 0.0
    minutes = [mean(one.at for one in each) / 60 for each in by_minute.values()]
    return 10 * linear_regression(minutes, [median(one.memory for one in each) for each in by_minute.values()]).slope


def _give_passwords(database: Database) -> None:
    hashed = asyncio.run(hash_password(PASSWORD))
    with psycopg.connect(database.url) as connection:
        emails = [f"seat-{seat.n}@example.com" for seat in all_seats()]
        connection.execute("update users set password_hash = %s where email = any(%s)", [hashed, emails])


def _job(stage: Stage, server: Server, seconds: float) -> dict[str, Any]:
    return {
        "kind": "visit",
        "host": HOST,
        "port": server.port,
        "people": [{"email": f"seat-{seat.n}@example.com", "chat": seat.chat} for seat in all_seats()],
        "password": PASSWORD,
        "picture": b64encode(_photo()).decode(),
        "arrivals": stage.options.arrivals,
        "pause": min(PAUSE, seconds / 20),
        "seed": stage.options.seed,
        "warm": 0,
        "seconds": seconds,
    }


def _photo() -> bytes:
    import pyvips

    soft = pyvips.Image.perlin(800, 600, cell_size=64, uchar=True, seed=1)
    data: bytes = soft.bandjoin([soft.fliphor(), soft.rot180()]).copy(interpretation="srgb").jpegsave_buffer(Q=85)
    return data


def _watched(stage: Stage, server: Server, database: Database, length: float) -> tuple[list[Sample], dict[str, Any]]:
    """Visits for so many seconds, looked at every ten; what was seen, and the row of the table."""
    watch, samples = stage.watching(database, server), list[Sample]()
    every, begin, before = min(EVERY, length / 20), time.monotonic(), census(watch)
    with generator(_job(stage, server, length)) as process:
        while time.monotonic() < begin + length and process.poll() is None:
            samples.append(_sample(server, begin))
            time.sleep(every)
        spent = costs(before, watch)
        out, _ = process.communicate(timeout=60 + 30 * PAUSE)
    if process.returncode != 0:
        raise SystemExit("The load generator failed; see above.")
    row: dict[str, Any] = json.loads(out.splitlines()[-1])
    return samples, row | {"processes": spent}


def _sample(server: Server, begin: float) -> Sample:
    process = psutil.Process(server.pid)
    memory = 0
    for each in (process, *process.children(recursive=True)):
        try:
            memory += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    files = process.num_fds() - int(metric(server, 'threads_pool{figure="pool_size"}'))
    return Sample(
        round(time.monotonic() - begin, 1), round(memory / MB, 1), files, int(metric(server, "threads_tasks"))
    )


def _at_rest(server: Server, patience: float, base: Sample | None = None) -> Sample:
    """The server when everybody has gone; with `base`, as soon as it is back there."""
    begin = time.monotonic()
    while True:
        time.sleep(min(5.0, patience / 4))
        now = _sample(server, begin)
        is_back = base is not None and now.files <= base.files and now.tasks <= base.tasks
        if is_back or time.monotonic() - begin > patience:
            return now


def _drawn(stage: Stage, samples: list[Sample]) -> None:
    curves = [
        Curve("memory of the server's processes, MB", [(one.at / 60, one.memory) for one in samples]),
        Curve("open files beside the database's", [(one.at / 60, one.files) for one in samples]),
        Curve("tasks of the event loop", [(one.at / 60, one.tasks) for one in samples]),
    ]
    title = (
        f"{stage.options.minutes:g} minutes, {stage.options.arrivals:g} people a second come, chat, upload and leave"
    )
    stage.report.folder.mkdir(parents=True, exist_ok=True)
    draw(stage.report.folder / "soak.svg", title, curves)
