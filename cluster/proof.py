"""bin/cluster prove: users work on the cluster while one fault after the other is injected; then everything is counted and a table is printed."""

import argparse
import asyncio
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.figures import spread
from bench.seed_users import seat_people
from bench.servers import ROOT
from neural_threads.local.postgres_binaries import CannotStart
from neural_threads.platform.config import get_settings

from .blows import Blow, blows
from .books import Line, balance
from .building import Cluster
from .people import LATE, Crowd, Sample, Strange
from .programs import until
from .upgrade import earlier_release, next_release

WELL_WITHIN = 180.0
UPGRADE = "upgrade one node after the other"
CALM = 6.0
SHORT = (UPGRADE, "kill a web node", "freeze Redis", "kill PgBouncer", "kill the primary")
WORDS = {0: "that never came: the line broke", LATE: "that did not come within eight seconds"}
CLIENTS, SHORT_CLIENTS = 200, 24
PACE, SHORT_PACE = 6.0, 1.2
"""Seconds between two things that one person does, on average."""


@dataclass(frozen=True)
class Hurt:
    """What one blow did to people."""

    blow: Blow
    silence: float
    """The longest time without an acknowledged write of anybody."""
    failed: int
    """Requests that broke or were answered by a 5xx; people sent them again."""
    longest: float
    """The longest that one person waited for one thing, over all tries."""
    recovered: float
    """Seconds from the end of the fault until everything was as before."""
    before: float
    during: float
    after: float
    """p99 of everything, in milliseconds: five seconds before, from the blow until all is well, five seconds after."""

    @property
    def is_kept(self) -> bool:
        """Return True if nobody had to wait longer than promised, for a write or for anything."""
        return self.silence <= self.blow.promised and self.is_fast_enough

    @property
    def is_fast_enough(self) -> bool:
        """Return True if the p99 meanwhile is as promised, where one is."""
        return self.blow.promised_p99 is None or self.during <= self.blow.promised_p99


def prove(cluster: Cluster, arguments: argparse.Namespace) -> int:
    """Build the cluster anew, hurt it, count; 1 when a promise was not kept."""
    clients = arguments.clients or (SHORT_CLIENTS if arguments.short else CLIENTS)
    wanted = [name for name in arguments.only.split(",") if name] or (list(SHORT) if arguments.short else [])
    cluster = fresh(cluster, arguments.since)
    upgrade = ROOT if arguments.since else next_release(cluster.folder)
    os.environ["THREADS_SECRET_KEY"] = cluster.secrets.key  # So that tokens made here are good there.
    get_settings.cache_clear()
    with cluster.places.within(3):
        seat_people(cluster.layout.direct_url(), clients // 2)
    begun = time.monotonic()
    hurts, lines, strange = asyncio.run(_proof(cluster, clients, wanted, arguments.seconds, upgrade))
    table = "\n".join([*_table(cluster, clients, hurts, lines, time.monotonic() - begun), *strange_answers(strange)])
    print(f"\n{table}")
    if arguments.into:
        Path(arguments.into).write_text(f"# What bin/cluster prove found\n\n{table}\n")
    return int(not all(part.is_kept for part in [*hurts, *lines]))


def fresh(cluster: Cluster, since: str = "") -> Cluster:
    """A cluster in which nobody has been, of our code or of an earlier revision."""
    if any(program.is_running for program in cluster.layout.all) or any(cluster.folder.glob("machine*")):
        cluster.down(remove=True)
        cluster = Cluster.here()
    if since:
        cluster.use(earlier_release(cluster.folder, since))
    cluster.up()
    return cluster


async def _proof(
    cluster: Cluster, clients: int, wanted: Sequence[str], seconds: float, upgrade: Path
) -> tuple[list[Hurt], list[Line], list[Strange]]:
    # Few people do more each, so that the time between two writes says something.
    pace = PACE if clients >= CLIENTS else SHORT_PACE
    crowd = Crowd(cluster.secrets.port, clients, pace=pace)
    await crowd.come()
    await asyncio.sleep(pace + CALM)
    hurts = []
    for name in wanted or [None]:
        chosen = blows(cluster, upgrade)
        while (blow := await asyncio.to_thread(next, chosen, None)) is not None:
            if name in (None, blow.name):
                hurts.append(await _struck(cluster, crowd, blow, seconds))
                if name is not None:
                    break
    await crowd.go_home()
    if errors := crowd.failures():
        raise errors[0]
    unread = {}
    for person in crowd.people:
        listed = (await person.ask("GET", "/api/chat", kind="list"))["data"]
        unread |= {(chat["id"], person.user): chat["unreadCount"] for chat in listed}
        person.close()
    _say(f"everybody has gone home; counting ({len(crowd.notes.samples):,} things were done)")
    for status, count in sorted(crowd.notes.statuses.items()):
        _say(f"  answers {WORDS.get(status, status)}: {count:,}")
    lines = [
        Line("requests that failed during the upgrade", hurt.failed) for hurt in hurts if hurt.blow.name == UPGRADE
    ]
    return hurts, [*lines, *await asyncio.to_thread(balance, cluster, crowd, unread)], crowd.notes.strange


async def _struck(cluster: Cluster, crowd: Crowd, blow: Blow, seconds: float) -> Hurt:
    _say(f"{blow.name} …")
    crowd.notes.fault = blow.name
    begun, failed = time.monotonic(), crowd.notes.failed
    await asyncio.to_thread(blow.strike)
    try:
        await asyncio.sleep(seconds if blow.lasts is None else blow.lasts)
    finally:
        healed = time.monotonic()
        await asyncio.to_thread(blow.heal)
    try:
        await asyncio.to_thread(until, lambda: not cluster.health.faults(), WELL_WITHIN, blow.name, every=0.5)
    except TimeoutError:
        raise CannotStart(f"After “{blow.name}” it never was well again: {cluster.health.faults()}") from None
    well = time.monotonic()
    await asyncio.sleep(CALM)
    samples = crowd.notes.samples
    hurt = Hurt(
        blow,
        failed=crowd.notes.failed - failed,
        silence=_longest_silence([each.answered for each in samples if each.is_write], begun, well),
        longest=max(
            (each.answered - each.begun for each in samples if begun <= each.answered <= well + CALM), default=0
        ),
        recovered=well - healed,
        before=_p99(samples, begun - CALM + 1, begun),
        during=_p99(samples, begun, well),
        after=_p99(samples, well, well + CALM),
    )
    _say(
        f"  longest without writes {hurt.silence:.1f} s (promised {blow.promised:.0f}), for one person {hurt.longest:.1f} s; "
        f"{hurt.failed} requests failed; well {hurt.recovered:.1f} s after; p99 {hurt.before:.0f}, {hurt.during:.0f}, {hurt.after:.0f} ms"
    )
    return hurt


def _longest_silence(writes: Sequence[float], begun: float, ended: float) -> float:
    """The longest time between two writes, of which some part lies in this span."""
    times = sorted(writes)
    pairs = pairwise(times)
    return max((later - former for former, later in pairs if later > begun and former < ended), default=ended - begun)


def _p99(samples: Sequence[Sample], begun: float, ended: float) -> float:
    return spread([each.answered - each.begun for each in samples if begun <= each.answered < ended])["p99"]


def _table(
    cluster: Cluster, clients: int, hurts: Sequence[Hurt], lines: Sequence[Line], seconds: float
) -> Iterator[str]:
    by = "network namespaces" if cluster.places.namespaces else "addresses of loopback, so that cables were not pulled"
    yield f"{clients} people, {len(hurts)} faults, {seconds / 60:.0f} minutes; machines told apart by {by}."
    yield ""
    yield "| fault | longest without writes | promised | requests that failed | longest for one person | well again after | p99 before, during, after (ms) |"
    yield "|---|---|---|---|---|---|---|"
    for hurt in hurts:
        missed = "" if hurt.silence <= hurt.blow.promised else " **missed**"
        slow = "" if hurt.is_fast_enough else f" **missed**, {hurt.blow.promised_p99:,.0f} promised"
        yield (
            f"| {hurt.blow.name} | {hurt.silence:.1f} s{missed} | {hurt.blow.promised:.0f} s | {hurt.failed} | {hurt.longest:.1f} s "
            f"| {hurt.recovered:.1f} s | {hurt.before:,.0f}, {hurt.during:,.0f}, {hurt.after:,.0f}{slow} |"
        )
    yield ""
    yield "| what was counted | found | may be |"
    yield "|---|---|---|"
    for line in lines:
        may_be = "" if line.most is None else f"{line.most:g}"
        yield f"| {line.what} | {line.count:,}{'' if line.is_kept else ' **missed**'} | {may_be} |"


def strange_answers(strange: Sequence[Strange]) -> Iterator[str]:
    """The table of the answers that nobody should get; nothing when there was none."""
    if not strange:
        return
    yield ""
    yield "| answers that nobody should get | to | says | since | times |"
    yield "|---|---|---|---|---|"
    for one, times in Counter(strange).most_common():
        yield f"| {one.status} | {one.method} {one.path} | {one.says} | {one.fault} | {times} |"


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {what}", flush=True)
