"""How long a start takes once everything is there, and how much memory the server then holds."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from bench.context import Stage
from bench.database import demo_world
from bench.figures import at_most
from bench.http_client import request
from bench.processes import resident
from bench.servers import HOST, ROOT, app, clean_environment, free_port, until_answering

FIRST_START_WITHIN = 400.0
SHOWN = ("/", "/customer/designers", "/api/designers", "/login")


def run(stage: Stage) -> None:
    """A second start within 5 s; at most 130 MB in the server's process after its start with the demo world."""
    report, here = stage.report, stage.here
    starts = _starts_of_bin_dev(here.folder / "dev", here.media, stage.options.rounds)
    media = {"THREADS_MEDIA_STORE": str(here.media)}
    with demo_world(here) as database, app(database.url, here.folder, **media) as server:
        at_start, ready = resident(server.pid), server.seconds
        asked = [request("GET", path) for path in SHOWN]
        stage.closed(server, asked, stage.watching(database, server))
        later = resident(server.pid)
    print(f"\nbin/dev: first start {starts[0]:.1f} s, then {', '.join(f'{s:.1f}' for s in starts[1:])} s")
    print(
        f"serve: ready after {ready:.2f} s with {at_start} MB; {later} MB after {stage.options.seconds:.0f} s of load"
    )
    report.facts |= {
        "starts_s": [round(s, 2) for s in starts],
        "serve_ready_s": round(ready, 2),
        "rss_mb": {"at_start": at_start, "after_load": later},
    }
    report.promise(
        at_most("second start of bin/dev", 5, max(starts[1:]), " s"),
        at_most("neural-threads serve until ready", 5, ready, " s"),
        at_most("memory of the server after its start, demo world", 130, at_start, " MB"),
    )


def _starts_of_bin_dev(folder: Path, media: Path, rounds: int) -> list[float]:
    """Seconds until /ready of a first start with an empty data directory (pictures drawn already), and of later ones."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return [_start_of_bin_dev(folder, media) for _ in range(1 + max(1, rounds))]


def _start_of_bin_dev(folder: Path, media: Path) -> float:
    port = free_port()
    settings = {"THREADS_DATA_DIR": str(folder), "THREADS_MEDIA_STORE": str(media), "PORT": str(port)}
    log = folder / "dev.log"
    begun = time.monotonic()
    with log.open("ab") as out:
        process = subprocess.Popen(
            [str(ROOT / "bin" / "dev")],
            env=clean_environment() | settings,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        until_answering(f"http://{HOST}:{port}/ready", process, log, FIRST_START_WITHIN)
        return time.monotonic() - begun
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)
