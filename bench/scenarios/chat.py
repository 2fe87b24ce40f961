"""Sending a message until it is heard on a socket: as fast as it goes, and at a calm pace with many listening."""

import json
from typing import Any

from bench import pgbench
from bench.database import Database, cloned
from bench.figures import at_least, at_most, share
from bench.generate import ANY_ID
from bench.lines import request
from bench.seats import Seat, all_seats, customer_token, known_values, maker_token
from bench.servers import app, metric
from bench.stage import Stage

PATH = "/api/chat/messages"
WORDS = "The blouse is ready for a first fitting on Thursday, shall I keep the zari border?"
CALM_RATE = 20.0
LAG = "threads_loop_lag_seconds"
# Limits count, as they do for everybody, but let this much through.
LIMITS = {"THREADS_RATE_LIMITS": "on", "THREADS_LIMITS": "messages=1000000/minute"}


def run(stage: Stage) -> None:
    """Closed loop at least 25 % of pgbench's rate; at 20/s with 500 sockets POST p99 < 150 ms, delivery p99 < 300 ms."""
    options, report = stage.options, stage.report
    with cloned(stage.here, options.designers, options.messages) as database:
        chats = all_seats()[: options.chats]
        limit = report.row("pgbench: session, send, commit", stage.limit(database, [_script(stage, database, chats)]))
        with app(database.url, stage.here.folder, **LIMITS) as server:
            watch = stage.watching(database, server)
            heard = [maker_token(seat) for seat in chats[: options.sockets]]
            hearers = [int(number < len(heard)) for number in range(len(chats))]
            fast = stage.closed(server, _sends(chats), watch, sockets=heard, hearers=hearers, expect=[201])
            report.row(f"closed loop, {options.lines} senders", fast)
            report.row("  heard on a socket", fast["delivery"])
            pairs = chats[: options.sockets // 2]
            both = [token for seat in pairs for token in (customer_token(seat), maker_token(seat))]
            metric(server, LAG)  # Looking begins a new measurement.
            calm = stage.open(
                server, _sends(pairs), watch, CALM_RATE, sockets=both, hearers=[2] * len(pairs), expect=[201]
            )
            report.row(f"open loop, {CALM_RATE:.0f}/s, {len(both)} sockets", calm)
            report.row("  heard on a socket", calm["delivery"])
            lag = metric(server, LAG) * 1000
    reached = share(fast, limit)
    missing = sum(run["delivery"]["due"] - run["delivery"]["arrived"] for run in (fast, calm))
    report.promise(
        at_least("closed loop: of pgbench's rate", 25, reached[0], " %", reached[1]),
        at_most("open loop: POST p99", 150, calm["p99"], " ms"),
        at_most("open loop: delivery p99", 300, calm["delivery"]["p99"], " ms"),
        at_most("open loop: worst lateness of the event loop", 250, lag, " ms"),
        at_most("errors", 0, fast["errors"] + calm["errors"]),
        at_most("messages that a listening socket did not hear", 0, missing),
    )
    report.facts |= {"postgres": database.version}


def _sends(seats: list[Seat]) -> list[str]:
    return [
        request("POST", PATH, _body(seat, ANY_ID.decode()), authorization=f"Bearer {customer_token(seat)}")
        for seat in seats
    ]


def _body(seat: Seat, client_id: str) -> bytes:
    return json.dumps({"chatId": seat.chat, "content": WORDS, "clientId": client_id}).encode()


def _script(stage: Stage, database: Database, chats: list[Seat]) -> str:
    """What one send asks of PostgreSQL; the session's look-up included, since every sender is another person."""
    tries: list[dict[str, Any]] = [
        {
            "method": "POST",
            "path": PATH,
            "headers": {"authorization": f"Bearer {customer_token(seat)}", "content-type": "application/json"},
            "body": _body(seat, f"00000000-0000-4000-9000-{seat.n:012d}").decode(),
        }
        for seat in chats[:2]
    ]
    once, again = pgbench.statements_of(tries, database.url, stage.here.folder)
    return pgbench.script(once, again, known_values(chats[:2]), [rf"\set n random(1, {len(chats)})"])
