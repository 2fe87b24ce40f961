"""Faults of the proof: programs are killed and frozen, a machine loses its network."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.servers import ROOT

from .building import Cluster
from .places import MACHINES
from .programs import Program, until
from .upgrade import roll

FAILOVER, OTHERWISE, SYNCHRONOUS = 30.0, 2.0, 10.0
"""Seconds without a write that are promised; the last when the machine that every write waits for falls silent."""
MOVED_WITHIN = 60.0
SLOW, SLOW_COME, HONEST = 500, 10.0, 1_000.0
"""So many slow clients, seconds until they are all there, and the p99 of everybody else in milliseconds."""


@dataclass(frozen=True)
class Blow:
    """One fault: what is done, what undoes it, and how long nobody may be able to write."""

    name: str
    strike: Callable[[], None]
    heal: Callable[[], None]
    promised: float = OTHERWISE
    lasts: float | None = None
    """Seconds; None: as long as faults last in this proof."""
    promised_p99: float | None = None
    """Milliseconds while it lasts."""


def blows(cluster: Cluster, upgrade: Path) -> Iterator[Blow]:
    """Each in turn. Who is primary is found out when its turn has come. `upgrade`: the release that is newer."""
    yield Blow("upgrade one node after the other", lambda: roll(cluster, upgrade), _nothing, lasts=0.0)
    yield _slow_people(cluster)
    layout = cluster.layout
    nodes = [
        ("a web node", layout.web[0]),
        ("a realtime node", layout.realtime[1]),
        ("a worker", layout.workers[0]),
        ("Redis", layout.redis),
        ("PgBouncer", layout.poolers[0]),
    ]
    for name, program in nodes:
        yield _killed(name, program)
        yield _frozen(name, program)
    yield _killed("the leading etcd", layout.etcd[(cluster.health.leading_etcd() or 3) - 1])
    yield _frozen("the leading etcd", layout.etcd[(cluster.health.leading_etcd() or 3) - 1])
    following = _of(cluster, cluster.health.asynchronous())
    yield _killed("the standby that nobody waits for", following)
    waited_for = _of(cluster, cluster.health.synchronous())
    yield _killed("the synchronous standby", waited_for, SYNCHRONOUS)
    yield _frozen("the synchronous standby", _of(cluster, cluster.health.synchronous()), SYNCHRONOUS)
    yield _killed("the primary", _of(cluster, cluster.health.leader()), FAILOVER)
    yield _frozen("the primary", _of(cluster, cluster.health.leader()), FAILOVER)
    # Machine 3 has the one Redis and the one HAProxy, so it is not the one that is cut off.
    leader = cluster.health.leader()
    yield _cut(cluster, 1 if leader == 2 else 2, "the machine of a standby", SYNCHRONOUS)
    if cluster.health.leader() == 3:
        cluster.health.switch_over(3)
        until(
            lambda: cluster.health.leader() in (1, 2) and not cluster.health.faults(), MOVED_WITHIN, "another primary"
        )
    yield _cut(cluster, cluster.health.leader() or 1, "the machine of the primary", FAILOVER)


def _nothing() -> None:
    """What needs no healing."""


def _slow_people(cluster: Cluster) -> Blow:
    """Five hundred clients that are slow in every way, at the proxy."""
    running: list[subprocess.Popen[bytes]] = []

    def strike() -> None:
        argv = [sys.executable, "-m", "cluster.slow_people", str(cluster.secrets.port), str(SLOW)]
        running.append(subprocess.Popen(argv, cwd=ROOT))
        time.sleep(SLOW_COME)

    def heal() -> None:
        process = running.pop()
        assert process.poll() is None, "the slow clients went home too early"
        process.terminate()
        process.wait(20)

    return Blow(f"{SLOW} slow clients", strike, heal, lasts=20.0, promised_p99=HONEST)


def _killed(name: str, program: Program, promised: float = OTHERWISE) -> Blow:
    return Blow(f"kill {name}", program.kill, program.start, promised)


def _frozen(name: str, program: Program, promised: float = OTHERWISE) -> Blow:
    return Blow(f"freeze {name}", program.freeze, program.thaw, promised)


def _cut(cluster: Cluster, machine: int, name: str, promised: float) -> Blow:
    if cluster.places.namespaces:
        return Blow(
            f"pull the cable of {name}",
            lambda: cluster.places.pull(machine, out=True),
            lambda: cluster.places.pull(machine, out=False),
            promised,
        )
    # Without namespaces there is no cable: whoever is frozen answers as little as whoever is cut off.
    programs = cluster.layout.on(machine)

    def each(what: Callable[[Program], None]) -> None:
        for program in programs:
            what(program)

    return Blow(f"freeze {name}", lambda: each(Program.freeze), lambda: each(Program.thaw), promised)


def _of(cluster: Cluster, machine: int | None) -> Program:
    assert machine in MACHINES, "PostgreSQL was not whole before the next fault"
    return cluster.layout.databases[machine - 1]
