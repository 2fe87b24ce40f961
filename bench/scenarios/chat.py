"""Sending a message until it is heard on a socket, as fast as it goes and at a calm pace; and reading where there is much."""

import json
from typing import Any
from uuid import uuid4

from bench import pgbench
from bench.context import Stage
from bench.database import Database, cloned
from bench.figures import at_least, at_most, share
from bench.generate import ANY_ID
from bench.http_client import request
from bench.pollers import EVERY
from bench.seed_long_chat import GUEST, TALKER, say_much
from bench.seed_users import Seat, all_seats, customer_token, known_values, provider_token
from bench.servers import HOST, Server, app, generate, metric
from neural_threads.platform.db.keyset_paging import seal_cursor

PATH = "/api/chat/messages"
WORDS = "The blouse is ready for a first fitting on Thursday, shall I keep the zari border?"
CALM_RATE = 20.0
TALK_RATE = 5.0
LIST = "/api/chat?limit=100"
LAG = "threads_loop_lag_seconds"
# Limits count, as they do for everybody, but let this much through.
LIMITS = {"THREADS_RATE_LIMITS": "on", "THREADS_LIMITS": "messages=1000000/minute"}


def run(stage: Stage) -> None:
    """Closed loop at least 600/s or 45 % of pgbench's rate, p99 < 100 ms; at 20/s with 500 sockets POST and delivery p99 < 150 ms."""
    options, report = stage.options, stage.report
    with cloned(stage.here, options.designers, options.messages) as database:
        chats = all_seats()[: options.chats]
        limit = report.row("pgbench: session, send, commit", stage.limit(database, [_script(stage, database, chats)]))
        with app(database.url, stage.here.folder, **LIMITS) as server:
            watch = stage.watching(database, server)
            heard = [provider_token(seat) for seat in chats[: options.sockets]]
            hearers = [int(number < len(heard)) for number in range(len(chats))]
            fast = stage.closed(server, _sends(chats), watch, sockets=heard, hearers=hearers, expect=[201])
            report.row(f"closed loop, {options.lines} senders", fast)
            report.row("  heard on a socket", fast["delivery"])
            pairs = chats[: options.sockets // 2]
            both = [token for seat in pairs for token in (customer_token(seat), provider_token(seat))]
            metric(server, LAG)  # Looking begins a new measurement.
            calm = stage.open(
                server, _sends(pairs), watch, CALM_RATE, sockets=both, hearers=[2] * len(pairs), expect=[201]
            )
            report.row(f"open loop, {CALM_RATE:.0f}/s, {len(both)} sockets", calm)
            report.row("  heard on a socket", calm["delivery"])
            lag = metric(server, LAG) * 1000
            _polled(stage, server, chats)
            say_much(database.url, options.long)
            _opened(stage, database, server, watch)
    report.facts["of_pgbench"] = [round(percent, 1) for percent in share(fast, limit)]
    missing = sum(run["delivery"]["due"] - run["delivery"]["arrived"] for run in (fast, calm))
    report.promise(
        # 600 a second or 45 % of what pgbench makes of the same statements, whichever is lower.
        at_least(
            "closed loop: messages a second", min(600, 0.45 * limit["rate"]), fast["rate"], "", fast["rate_if_alone"]
        ),
        at_most("closed loop: p99", 100, fast["p99"], " ms"),
        at_most("open loop: POST p99", 150, calm["p99"], " ms"),
        at_most("open loop: delivery p99", 150, calm["delivery"]["p99"], " ms"),
        at_most("open loop: worst lateness of the event loop", 250, lag, " ms"),
        at_most("errors", 0, fast["errors"] + calm["errors"]),
        at_most("messages that a listening socket did not hear", 0, missing),
    )
    report.facts |= {"postgres": database.version}


def _opened(stage: Stage, database: Database, server: Server, watch: dict[str, int]) -> None:
    """A very long chat, anywhere in it, and a very long list of chats."""
    report, many = stage.report, stage.options.long
    token = customer_token(TALKER)
    address = f"/api/chat/messages?chatId={TALKER.chat}&limit=50"
    scope = f"messages {TALKER.chat} {TALKER.user}"
    cursors = [seal_cursor(scope, int(2 + share * (many - 2) / 500)) for share in range(500)]
    guest = customer_token(GUEST)
    asked = {
        f"newest page of {many:,} messages": [request("GET", address, authorization=f"Bearer {token}")],
        "any older page": [
            request("GET", f"{address}&cursor={cursor}", authorization=f"Bearer {token}") for cursor in cursors
        ],
        "100 of 500 chats": [request("GET", LIST, authorization=f"Bearer {guest}")],
    }
    for (what, requests), limit in zip(asked.items(), (20, 20, 40), strict=True):
        seen = report.row(what, stage.open(server, requests, watch, CALM_RATE))
        report.promise(
            at_most(f"{what}: p95", limit, seen["p95"], " ms"), at_most(f"{what}: errors", 0, seen["errors"])
        )
    tries = [{"method": "GET", "path": LIST, "headers": {"authorization": f"Bearer {guest}"}}] * 2
    found = pgbench.statements_of(tries, database.url, stage.here.folder)[1]
    own = [statement for statement in found if "sessions" not in statement["sql"]]
    report.promise(at_most("100 of 500 chats: statements beside the session's", 2, len(own)))


def _polled(stage: Stage, server: Server, chats: list[Seat]) -> None:
    """Everybody without a socket."""
    pairs = [(seat.chat, token(seat)) for seat in chats for token in (customer_token, provider_token)]
    job = {
        "kind": "poll",
        "host": HOST,
        "port": server.port,
        "pollers": pairs[: stage.options.pollers],
        "requests": _said_once(chats[: stage.options.pollers // 2]),
        "rate": TALK_RATE,
        "warm": 0,
        "seconds": max(stage.options.seconds, 2 * EVERY if stage.options.pollers >= 100 else 0),
    }
    row = stage.report.row(f"{len(job['pollers']):,} pollers", generate(job))
    unchanged = 100 * row["statuses"].get("304", 0) / max(1, sum(row["statuses"].values()))
    stage.report.promise(
        at_least("pollers: answered with 304", 80, unchanged, " %"),
        at_most("pollers: p99", 200, row["p99"], " ms"),
        at_most("pollers: errors", 0, row["errors"]),
    )


def _said_once(seats: list[Seat]) -> list[str]:
    """A message in each of these chats, each under a name of its own."""
    return [
        request("POST", PATH, _body(seat, str(uuid4())), authorization=f"Bearer {provider_token(seat)}")
        for seat in seats
    ]


def _sends(seats: list[Seat]) -> list[str]:
    return [
        request("POST", PATH, _body(seat, ANY_ID.decode()), authorization=f"Bearer {customer_token(seat)}")
        for seat in seats
    ]


def _body(seat: Seat, client_id: str) -> bytes:
    return json.dumps({"chatId": seat.chat, "content": WORDS, "clientId": client_id}).encode()


def _script(stage: Stage, database: Database, chats: list[Seat]) -> str:
    """Return what one send asks of PostgreSQL; the session's look-up included, since every sender is another person."""
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
