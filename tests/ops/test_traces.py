"""One message sent is one trace, from the request to the job and the event, and nothing in it says who wrote what."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from secrets import token_hex
from typing import Any

import pytest
import pytest_asyncio

from neural_threads.platform.db.migrations import ROOT
from tests.jobs.conftest import until
from tests.support.cluster import Ground, clean_environment
from tests.support.people import People, Person
from tests.support.push_service import PushService
from tests.support.server import Server
from tests.support.trace_collector import Span, TraceCollector
from tests.support.worker import Worker

pytestmark = pytest.mark.long  # programs are started

SENT = "POST /api/chat/messages"
HTML = {"Accept": "text/html"}


class Traced:
    """A server, a worker and a collector; `service` is where pushes go."""

    def __init__(self, server: Server, worker: Worker, collector: TraceCollector, service: PushService) -> None:
        self.server, self.worker, self.collector, self.service = server, worker, collector, service
        self.people = People(server.url)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def traced(ground: Ground) -> AsyncIterator[Traced]:
    dsn, folder = ground.copy(), ground.new_folder("traced")
    async with TraceCollector() as collector, PushService() as service:
        env = {"THREADS_TRACES": collector.address, "THREADS_PUSH_SERVICES": service.origin}
        server = await Server(dsn, folder, THREADS_WORKER="off", **env).start()
        worker = await Worker(dsn, folder, **env).start()
        house = Traced(server, worker, collector, service)
        yield house
        await house.people.close()
        await worker.stop()
        await server.stop()
    ground.drop(dsn)
    shutil.rmtree(folder, ignore_errors=True)


async def say(house: Traced, words: str, **headers: str) -> tuple[Person, Person, Any]:
    """Cora writes to Dina, whose phone is switched on."""
    cora, dina = await house.people.customer("Cora"), await house.people.designer("Dina")
    phone = house.service.browser(token_hex(4))
    assert (await dina.post("/api/notifications/push", json=phone.subscription)).status_code == 201
    chat = await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})
    body = {
        "chatId": chat.json()["data"]["id"],
        "content": words,
        "clientId": f"7f0f3c1e-0c5b-4d0a-9d3a-{token_hex(6)}",
    }
    answer = await cora.post("/api/chat/messages", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return cora, dina, answer


async def test_a_message_its_statements_its_job_and_its_event_are_one_trace(traced: Traced) -> None:
    _cora, _dina, answer = await say(traced, "Is the lehenga ready?")
    spans = await traced.collector.until({SENT, "with", "tell receive-message", "job push_news"})
    by_id = {span.id: span for span in spans}
    [request] = [span for span in spans if span.name == SENT]
    assert request.parent_id == ""
    assert request.attributes["http.response.status_code"] == 201
    assert answer.headers["X-Request-ID"] == request.trace_id == request.attributes["threads.request_id"]

    def above(span: Span) -> list[str]:
        parent = by_id.get(span.parent_id)
        return [parent.name, *above(parent)] if parent else []

    for span in spans:
        assert span is request or above(span)[-1] == SENT, span
    [job] = [span for span in spans if span.name == "job push_news"]
    assert above(job)[0] == SENT, "the statement that stores the message queues it"
    under_job = {span.name for span in spans if job.name in above(span)}
    assert under_job & {"select", "commit"}, "by day it reads what is unread, by night it waits for the morning"
    texts = [str(span.attributes.get("db.query.text")) for span in spans]
    assert any("insert into messages" in text and "%(content)s" in text for text in texts), texts


async def test_spans_hold_no_words_no_tokens_and_no_addresses(traced: Traced) -> None:
    words = f"wedding-{token_hex(8)}"
    cora, dina, _answer = await say(traced, words)
    await traced.people.anonymous().post("/api/auth/login", json={"email": cora.email, "password": "wrong " + words})
    await cora.get(f"/api/designers?search={words}")
    await cora.get(f"/reset-password?token={words}", headers=HTML)
    await traced.collector.until({SENT, "job push_news"})
    await traced.collector.until({"POST /api/auth/login"})
    await traced.collector.until({"GET /reset-password"})
    sent = b"".join(traced.collector.bodies)
    private = [
        words,
        cora.email,
        dina.email,
        "Cora",
        cora.cookies["session"],
        cora.cookies["refresh"],
        await cora.csrf(),
    ]
    private += [handed.path for handed in traced.service.handed]
    assert len(sent) > 1000
    assert [one for one in private if one.encode() in sent] == []


async def test_the_id_of_the_trace_stands_on_the_error_page_and_in_the_log(traced: Traced) -> None:
    visitor = traced.people.anonymous()
    page = await visitor.get("/no-such-page", headers=HTML)
    [reference] = re.findall(r"<code>([0-9a-f]{32})</code>", page.text)

    def noted() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in traced.server.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("trace_id") == reference]

    await until(lambda: bool(noted()))  # The line is written after the answer.
    [line] = noted()
    assert (line["event"], line["status"], line["request_id"]) == ("request", 404, reference)
    await until_trace(traced, reference)


async def test_the_id_that_the_proxy_gave_is_the_id_of_the_trace(traced: Traced) -> None:
    given, other = token_hex(16), "from-elsewhere-1"
    visitor = traced.people.anonymous()
    for id in (given, other):
        answer = await visitor.get("/login", headers=HTML | {"X-Request-ID": id})
        assert answer.headers["X-Request-ID"] == id
    [span] = [span for span in await until_trace(traced, given) if not span.parent_id]
    assert span.name == "GET /login"
    spans = await traced.collector.until({"GET /login"})
    assert spans
    await until(lambda: any(span.attributes.get("threads.request_id") == other for span in traced.collector.spans))


async def test_nothing_waits_for_a_collector_that_is_away(traced: Traced) -> None:
    traced.collector.mode = "busy"
    visitor = traced.people.anonymous()
    assert (await visitor.get("/login", headers=HTML)).status_code == 200
    await until(lambda: '"traces_not_sent"' in traced.server.log.read_text())
    assert (await visitor.get("/login", headers=HTML)).status_code == 200
    traced.collector.mode = "honest"
    await visitor.get("/login", headers=HTML)
    await until(lambda: '"traces_sent_again"' in traced.server.log.read_text())
    assert "Traceback" not in traced.server.log.read_text()


async def until_trace(house: Traced, id: str) -> list[Span]:
    """Wait for the trace with this id; answers its spans."""
    await until(lambda: any(span.trace_id == id for span in house.collector.spans))
    return [span for span in house.collector.spans if span.trace_id == id]


def test_without_the_setting_no_exporter_is_loaded() -> None:
    code = "import sys, neural_threads.web.app, neural_threads.platform.tracing as t; t.start('', 1); print([m for m in sys.modules if m.startswith('opentelemetry.exporter')])"
    told = subprocess.run([sys.executable, "-P", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_without_the_packages_the_program_says_how_to_install_them() -> None:
    code = "import sys; sys.modules['opentelemetry'] = None; from neural_threads.__main__ import main; sys.exit(main(['routes']))"
    env = clean_environment() | {"THREADS_TRACES": "http://127.0.0.1:4318/v1/traces"}
    argv = [sys.executable, "-P", "-c", code]
    told = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr.startswith("THREADS_TRACES needs more packages: ")
    assert (ROOT / told.stderr.split()[-1]).exists()
