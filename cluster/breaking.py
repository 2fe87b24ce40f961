"""bin/cluster breakpoint: how many active people the cluster bears through its proxy, by one web node and by two, and what is used up.

All of it is on one machine here, so what breaks are that machine's cores. What each part would bear with cores of its own follows
from the CPU that it took per request, less what it takes while nobody is there.
"""

import os
import time
from typing import Any

from bench.figures import said
from bench.processes import census, cores_here, costs
from bench.report import Report
from bench.scenarios.breakpoint import BROKEN_MS, FIRST, FULL, MIX, MOST_STEPS, PACE, TIMES, WRONG, mixed_requests
from bench.seed_users import all_seats, seat_people, seats_talk
from bench.servers import HOST, generate
from neural_threads.platform.config import get_settings

from .building import Cluster
from .places import MACHINES
from .programs import until
from .proof import fresh
from .upgrade import tell

SCALE = "designers=2000,messages=20000,tailors=2000"
LINES = 16
IDLE = 10.0
OWN_CORES = 2
"""Of a machine; one of our server processes, PgBouncer and Redis use one each."""
LEAST_MS = 0.02
TRIES = 2
SLOW_START = 12.0
"""HAProxy gives a server that is back its whole share only after ten seconds."""


def break_point(cluster: Cluster, seconds: float) -> int:
    """Build the cluster anew, fill it, ramp twice, write bench/results/breakpoint_cluster.json."""
    cluster = fresh(cluster)
    os.environ["THREADS_SECRET_KEY"] = cluster.secrets.key  # So that tokens made here are good there.
    get_settings.cache_clear()
    # Filling may take longer than a request: past PgBouncer, and without the role's five seconds.
    patient = f"{cluster.layout.direct_url()}&options=-c%20statement_timeout%3D0"
    cluster.run_ours("demo", "--scale", SCALE, "--in-production", DATABASE_URL=patient, THREADS_DATABASE_POOLER="off")
    with cluster.places.within(3):
        seat_people(patient)
        seats_talk(patient)
    with cluster.administering("threads") as line:
        line.execute("vacuum (analyze)")
    report = Report("breakpoint_cluster", {"seconds": seconds, "scale": SCALE, "lines": LINES})
    watched = _watched(cluster)
    before = census(watched)
    time.sleep(IDLE)
    idle = _cpu(costs(before, watched))
    requests = mixed_requests(all_seats())
    found = {}
    for nodes in (1, 2):
        tell(
            cluster.layout.proxy.folder / "admin.sock",
            f"set server web/web2 state {'ready' if nodes == 2 else 'drain'}",
        )
        until(lambda: not cluster.health.faults(), 60, "everything well")
        time.sleep(SLOW_START)
        found[f"{nodes} web node(s)"] = _ramp(cluster, report, requests, watched, idle, nodes, seconds)
    for name, one in found.items():
        print(
            f"{name}: {one['people']:,} active people ({said(one['rate'])} requests a second); then {one['bottleneck']}"
        )
        print(f"  with cores of their own, people that each part would bear: {_told(one['alone'])}")
    report.facts |= {"break_point": found, "mix": MIX, "pace_seconds": PACE, "primary_on": cluster.health.leader()}
    report.facts["idle_percent"] = idle
    report.finish()
    return 0


def _watched(cluster: Cluster) -> dict[str, int]:
    """Every program by its name, and PostgreSQL beside the Patroni that minds it."""
    found = {}
    for program in cluster.layout.all:
        name = program.name.replace("postgres", "patroni")
        found[name] = program.pid
        if program.data:
            found[f"postgres{program.machine}"] = int((program.data / "postmaster.pid").read_text().splitlines()[0])
    return found


def _cpu(spent: dict[str, Any]) -> dict[str, float]:
    return {name: cost["cpu"] for name, cost in spent.items()}


def _ramp(
    cluster: Cluster, report: Report, requests: list[str], watched: dict[str, int], idle: dict[str, float], nodes: int,
    seconds: float,
) -> dict[str, Any]:  # fmt: skip
    """The last step that held, what was used up in the one that did not, and what each part took per request."""
    rate, last = FIRST, dict[str, Any]()
    failed = 0
    for _ in range(MOST_STEPS + TRIES):
        job = {"kind": "open", "host": HOST, "port": cluster.secrets.port, "tls": True, "lines": LINES, "warm": 1.0}
        job |= {"seconds": seconds, "requests": requests, "expect": [200, 201], "watch": watched, "rate": rate}
        row = report.row(f"{nodes} web node(s), {rate * PACE:,.0f} people", generate(job))
        if row["p99"] > BROKEN_MS or row["errors"] > WRONG * row["requests"]:
            failed += 1  # Once may be somebody else's doing.
            if failed == TRIES:
                break
            continue
        failed, last = 0, row | {"due": rate}
        rate = round(rate * TIMES, 1)
    due = last.get("due", 0.0)
    alone = parts_alone(_cpu(last.get("processes", {})), idle, last.get("rate", 0.0), cluster.health.leader(), nodes)
    used_up = _used_up(_cpu(row["processes"]))
    return {"people": round(due * PACE), "rate": due, "bottleneck": used_up, "broke_at": rate, "statuses": row["statuses"], "alone": alone}  # fmt: skip


def _used_up(used: dict[str, float]) -> str:
    shares = ", ".join(
        f"{name} {percent:.0f} %" for name, percent in sorted(used.items(), key=lambda one: -one[1]) if percent >= 5
    )
    cores = cores_here()
    is_full = sum(used.values()) >= FULL * cores
    return f"the machine's {cores} cores are used up ({shares})" if is_full else f"not the cores ({shares})"


def parts_alone(
    used: dict[str, float], idle: dict[str, float], rate: float, leader: int | None, nodes: int
) -> dict[str, Any]:
    """Part of the cluster → milliseconds of CPU per request, and how many people it would bear with cores of its own."""
    parts = {
        "server processes": (1 * nodes, [f"web{n}" for n in (1, 2)[:nodes]]),
        "the primary": (OWN_CORES, [f"postgres{leader}"]),
        "a standby": (OWN_CORES, [f"postgres{next(n for n in MACHINES if n != leader)}"]),
        "PgBouncers": (1 * nodes, [f"pgbouncer{n}" for n in (1, 2)[:nodes]]),
        "HAProxy before us": (OWN_CORES, ["proxy3"]),
        "HAProxies before the primary": (OWN_CORES * nodes, [f"primary{n}" for n in (1, 2)[:nodes]]),
        "Redis": (1, ["redis3"]),
    }
    found = {}
    for part, (cores, names) in parts.items():
        spent = sum(max(0.0, used.get(name, 0.0) - idle.get(name, 0.0)) for name in names) * 10 / rate if rate else 0.0
        people = round(cores * FULL * 10 / spent * PACE) if spent > LEAST_MS else None
        found[part] = {"cores": cores, "ms": round(spent, 2), "people": people}
    return found


def _told(alone: dict[str, Any]) -> str:
    bounded = sorted((one["people"], part, one) for part, one in alone.items() if one["people"])
    return "; ".join(f"{part} {people:,} ({one['cores']} cores, {one['ms']} ms)" for people, part, one in bounded)
