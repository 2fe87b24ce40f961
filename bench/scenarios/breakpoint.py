"""How many active people one machine serves: a ramp until one answer in a hundred takes two seconds."""

import json
import random
from typing import Any

from bench.context import Stage
from bench.database import Database, cloned_market
from bench.figures import said
from bench.generate import ANY_ID
from bench.http_client import request
from bench.processes import cores_here
from bench.scenarios.processes import until_all_serve
from bench.seed_users import Seat, all_seats, customer_token
from bench.servers import Server, app, metric

FIRST, TIMES = 16.0, 1.4
"""Requests a second of the first step, and how much steeper the next is."""
STEP = 6.0
PACE = 5.0
"""An active person asks for something every five seconds."""
BROKEN_MS = 2000
WRONG = 0.01
MOST_STEPS = 16
FULL = 85.0
"""Percent of a core from which a process, and of all cores from which the machine, has no more to give."""
MIX = {
    "newest messages": 8,
    "send": 4,
    "chats": 2,
    "designers": 3,
    "designers by name": 1,
    "nearest tailors": 1,
    "home": 1,
}
"""What twenty requests are."""
LIMITS = {"THREADS_RATE_LIMITS": "on", "THREADS_LIMITS": "messages=1000000/minute"}


def run(stage: Stage) -> None:
    """One server process, then two (`--processes`); nothing is promised, so there is a figure and its reason."""
    options = stage.options
    size = options.designers, options.messages, min(options.tailors, options.designers)
    found: dict[str, dict[str, Any]] = {}
    with cloned_market(stage.here, *size) as database:
        requests = mixed_requests(all_seats())
        for processes in range(1, options.processes + 1):
            environment = {**LIMITS, "THREADS_PROCESSES": str(processes)}
            with app(database.url, stage.here.folder, pinned=False, **environment) as server:
                until_all_serve(server, processes)
                found[f"{processes} process(es)"] = _ramp(stage, database, server, requests, processes)
    for name, one in found.items():
        print(
            f"{name}: {one['people']:,} active people ({said(one['rate'])} requests a second); then {one['bottleneck']}"
        )
    stage.report.facts |= {"break_point": found, "mix": MIX, "pace_seconds": PACE, "postgres": database.version}


def _ramp(stage: Stage, database: Database, server: Server, requests: list[str], processes: int) -> dict[str, Any]:
    """The last step that held, and what was used up in the one that did not."""
    rate, last = FIRST, dict[str, Any]()
    for _ in range(MOST_STEPS):
        seconds = min(stage.options.seconds, STEP)
        row = stage.open(server, requests, stage.watching(database, server), rate, seconds=seconds)
        stage.report.row(f"{processes} process(es), {rate * PACE:,.0f} people", row)
        is_broken = row["p99"] > BROKEN_MS or row["errors"] > WRONG * row["requests"]
        waiting = metric(server, 'threads_pool{figure="requests_waiting"}') if processes == 1 else 0.0
        if is_broken:
            reason = bottleneck(row["processes"], processes, waiting)
            return {"people": round(last.get("due", 0.0) * PACE), "rate": last.get("due", 0.0), "bottleneck": reason, "broke_at": rate,
                    "statuses": row["statuses"]}  # fmt: skip
        last = {"due": rate}
        rate = round(rate * TIMES, 1)
    return {"people": round(rate / TIMES * PACE), "rate": rate / TIMES, "bottleneck": "no end was met", "broke_at": 0.0}


def bottleneck(spent: dict[str, Any], processes: int, waiting: float, cores: int | None = None) -> str:
    """What was used up: one server process, the cores of the machine (and by whom), or the pool."""
    cores = cores or cores_here()
    used = {name: cost["cpu"] for name, cost in spent.items()}
    shares = ", ".join(f"{name} {percent:.0f} %" for name, percent in sorted(used.items(), key=lambda one: -one[1]))
    if used.get("server", 0.0) >= FULL * processes:
        return f"each server process has its core ({shares})"
    if sum(used.values()) >= FULL * cores:
        return f"the machine's {cores} cores are used up ({shares})"
    if waiting:
        return f"{waiting:.0f} requests wait for a connection of the pool ({shares})"
    return f"neither cores nor pool are used up: locks or the disk ({shares})"


def mixed_requests(seats: list[Seat]) -> list[str]:
    """The mix, well shaken and the same each time, by people in turn."""
    chance = random.Random(1)
    kinds = [kind for kind, many in MIX.items() for _ in range(many)] * (len(seats) // 10)
    chance.shuffle(kinds)
    return [_request(kind, seats[number % len(seats)], chance) for number, kind in enumerate(kinds)]


def _request(kind: str, seat: Seat, chance: random.Random) -> str:
    bearer = f"Bearer {customer_token(seat)}"
    if kind == "send":
        body = {"chatId": seat.chat, "content": "Is Saturday fine for the fitting?", "clientId": ANY_ID.decode()}
        return request("POST", "/api/chat/messages", json.dumps(body).encode(), authorization=bearer)
    if kind == "home":
        return request("GET", "/customer", authorization=bearer, accept="text/html")
    place = f"latitude={chance.gauss(12.979, 0.04):.6f}&longitude={chance.gauss(77.607, 0.04):.6f}"
    paths = {
        "newest messages": f"/api/chat/messages?chatId={seat.chat}&limit=20",
        "chats": "/api/chat?limit=20",
        "designers": f"/api/designers?sortBy={chance.choice(('rating', 'experience'))}&page={chance.randint(1, 20)}",
        "designers by name": f"/api/designers?search={chance.choice(('kavya', 'rao', 'iyer', 'kavia'))}",
        "nearest tailors": f"/api/tailors?{place}",
    }
    return request("GET", paths[kind], authorization=bearer)
