"""Asking the stylist as its page does: POST /api/chatbot as an event stream, with 500 items and 10,000 designers; and chat beside it."""

import http.client
import json
import threading
import time
from collections.abc import Sequence
from typing import Any

import psutil
import psycopg

from bench.context import Stage
from bench.database import Database, cloned
from bench.figures import Verdict, at_most, percentile, spread
from bench.generate import ANY_ID
from bench.http_client import request
from bench.seed_users import Seat, all_seats, customer_token, provider_token
from bench.servers import HOST, Server, app, metric
from bench.stylist_scoring import wardrobes

ASKERS = 20
ITEMS = 500
QUESTIONS = 100
READING_SECONDS = 3.0
"""How long each of the 20 askers reads an answer before the next question; they begin together."""
CHAT_RATE = 20.0
CHAT_PAIRS = 100
LAG = "threads_loop_lag_seconds"
FILL = """
insert into media (public_id, owner_id, visibility, content_type, width, height, bytes)
select 'st/' || id, user_id, 'private', 'image/webp', 8, 10, 1000 from customers where id = any(%(guests)s);

insert into wardrobe_items (id, customer_id, image_id, category, subcategory, name, color, created_at)
select 'w' || n || c.id, c.id, 'st/' || c.id, x.category, x.subcategory, x.name || ' ' || n, x.color, now() - n * interval '1 minute'
  from customers c, generate_series(1, %(items)s) n
  join jsonb_to_recordset(%(kinds)s) as x(number int, category text, subcategory text, name text, color text) on x.number = n %% %(many)s
 where c.id = any(%(guests)s);
"""


def measure(stage: Stage, rows: Sequence[dict[str, Any]]) -> list[Verdict]:
    """Time first words and whole answers, the lag of the event loop, memory, and chat beside 20 askers."""
    seats = all_seats()[:ASKERS]
    questions = [row["text"] for row in rows if row["language"]][:: max(1, len(rows) // QUESTIONS)]
    with cloned(stage.here, stage.options.designers, stage.options.messages) as database:
        _fill(database, seats)
        with app(database.url, stage.here.folder) as server:
            before = _resident_mb(server)
            first = _ask(server, seats[0], questions[0])
            _let_child_float(server)
            metric(server, LAG)  # Looking begins a new measurement.
            timed = [_ask(server, seats[n % ASKERS], text) for n, text in enumerate(questions)]
            lag = metric(server, LAG) * 1000
            after = _resident_mb(server)
            alone, beside, burst_lag, busy = _chat_beside(stage, database, server, seats, questions)
    words, whole = (spread([each[part] for each in timed]) for part in (0, 1))
    print(f"first words: {words}\nwhole answers: {whole}\nfirst question after the start: {first[1] * 1000:.0f} ms")
    print(f"event loop, worst lateness: {lag:.1f} ms one by one, {burst_lag:.1f} ms beside {ASKERS} askers and chat")
    print(f"resident: {before:.0f} MB before the first question, {after:.0f} MB after {len(timed)}")
    print(
        f"chat p99: {alone['p99']} ms alone, {beside['p99']} ms beside {ASKERS} askers ({len(busy)} answers, p95 {percentile(sorted(busy), 0.95) * 1000:.0f} ms)"
    )
    stage.report.facts["over http"] = {
        "first words": words, "whole": whole, "first question": round(first[1] * 1000, 1), "lag": round(lag, 1), "lag beside chat": round(burst_lag, 1),
        "resident MB": [round(before), round(after)], "chat p99": [alone["p99"], beside["p99"]], "chat p50": [alone["p50"], beside["p50"]],
        "beside chat": spread(busy),
    }  # fmt: skip
    return [
        at_most("first words: p95", 150, words["p95"], " ms"),
        at_most("whole answer over HTTP: p95", 300, whole["p95"], " ms"),
        at_most("event loop: worst lateness while answering", 20, lag, " ms"),
        at_most("resident after the stylist", 180, after, " MB"),
        at_most(f"chat p99 beside {ASKERS} askers: growth", 20, 100 * (beside["p99"] / alone["p99"] - 1), " %"),
    ]


def _fill(database: Database, seats: Sequence[Seat]) -> None:
    clothes = [item for listed in wardrobes().values() for item in listed]
    kinds = [
        {"number": number} | {field: item.get(field) for field in ("category", "subcategory", "name", "color")}
        for number, item in enumerate(clothes)
    ]
    values = {
        "guests": [seat.customer for seat in seats],
        "items": ITEMS,
        "kinds": json.dumps(kinds),
        "many": len(kinds),
    }
    with psycopg.connect(database.url) as connection:
        for statement in FILL.split(";\n"):
            if statement.strip():
                connection.execute(statement, values)


def _ask(server: Server, seat: Seat, text: str) -> tuple[float, float]:
    """Return seconds to the first words and to the end of the answer."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
    headers = {
        "authorization": f"Bearer {customer_token(seat)}",
        "accept": "text/event-stream",
        "content-type": "application/json",
    }
    began, first = time.perf_counter(), None
    connection.request("POST", "/api/chatbot", json.dumps({"message": text}), headers)
    answer = connection.getresponse()
    if answer.status not in (200, 201):
        raise SystemExit(f"The stylist answered {answer.status}: {answer.read()[:300]!r}")
    for line in answer:
        if first is None and line.startswith((b"event: delta", b"event: segment", b"event: done")):
            first = time.perf_counter() - began
        if line.startswith(b"event: done"):
            break
    whole = time.perf_counter() - began
    connection.close()
    return first or whole, whole


def _chat_beside(
    stage: Stage, database: Database, server: Server, askers: Sequence[Seat], questions: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Any], float, list[float]]:
    """Return chat alone, chat beside the askers, the worst lateness of the loop meanwhile, and the seconds of their answers."""
    pairs = all_seats()[ASKERS : ASKERS + CHAT_PAIRS]
    sends = [
        request(
            "POST",
            "/api/chat/messages",
            json.dumps({"chatId": seat.chat, "content": "Is the blouse ready?", "clientId": ANY_ID.decode()}).encode(),
            authorization=f"Bearer {customer_token(seat)}",
        )
        for seat in pairs
    ]
    sockets = [token for seat in pairs for token in (customer_token(seat), provider_token(seat))]
    more: dict[str, Any] = {"sockets": sockets, "hearers": [2] * len(pairs), "expect": [201]}
    watch = stage.watching(database, server)
    alone = stage.report.row("chat alone", stage.open(server, sends, watch, CHAT_RATE, **more))
    metric(server, LAG)
    ended, seconds = threading.Event(), list[float]()

    def ask_on(number: int, seat: Seat) -> None:
        turn = number
        while not ended.is_set():
            seconds.append(_ask(server, seat, questions[turn % len(questions)])[1])
            turn += len(askers)
            ended.wait(READING_SECONDS)

    threads = [threading.Thread(target=ask_on, args=each) for each in enumerate(askers)]
    for thread in threads:
        thread.start()
    beside = stage.report.row(f"chat beside {len(askers)} askers", stage.open(server, sends, watch, CHAT_RATE, **more))
    ended.set()
    for thread in threads:
        thread.join()
    return alone, beside, metric(server, LAG) * 1000, seconds


def _let_child_float(server: Server) -> None:
    """Let the stylist's process run on any core, as where nobody pins the server: it has inherited the server's core."""
    for child in psutil.Process(server.pid).children(recursive=True):
        child.cpu_affinity(list(range(psutil.cpu_count() or 1)))


def _resident_mb(server: Server) -> float:
    with open(f"/proc/{server.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024
