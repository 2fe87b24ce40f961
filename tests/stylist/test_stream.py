"""Answers as events, followed by others, stopped, and finished after a restart (cases R14, H11, H12 and H13)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.stylist.asking import CONVERSATIONS, agree, ask, asked, followed, messages_in, streamed
from tests.support.cluster import Ground
from tests.support.deadlines import within
from tests.support.gemini_server import GeminiServer
from tests.support.people import People, Person
from tests.support.server import Server


class Slow:
    """A server whose answers take a while, since its Gemini does, and Cora who agreed to it."""

    gemini: GeminiServer
    server: Server
    people: People
    cora: Person


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def slow_server(ground: Ground) -> AsyncIterator[tuple[Server, GeminiServer]]:
    async with GeminiServer() as gemini:
        server = await Server(ground.copy(), ground.new_folder("slow"), is_forked=True, **gemini.settings).start()
        yield server, gemini
        await server.stop()
        ground.drop(server.dsn)


@pytest_asyncio.fixture(loop_scope="session")
async def slow(slow_server: tuple[Server, GeminiServer]) -> AsyncIterator[Slow]:
    slow = Slow()
    slow.server, slow.gemini = slow_server
    slow.gemini.pause = 0.15
    slow.gemini.prompts.clear()
    slow.people = People(slow.server)
    slow.cora = await slow.people.customer()
    await agree(slow.cora)
    yield slow
    await slow.people.close()


async def begun(slow: Slow) -> tuple[asyncio.Task[Any], str]:
    """Cora asks; the request that waits, and her conversation, whose answer is under way."""
    asking = asyncio.create_task(ask(slow.cora))
    async with asyncio.timeout(60):
        while not slow.gemini.prompts:
            await asyncio.sleep(0.02)
    [conversation] = (await slow.cora.get(CONVERSATIONS)).json()["data"]
    assert conversation["isAnswering"] is True
    return asking, conversation["id"]


async def test_the_local_answer_comes_as_events(people: People) -> None:
    cora = await people.customer()
    events = await streamed(cora)
    names = [name for name, _data in events]
    assert names[-1] == "done"
    assert set(names) <= {"delta", "segment", "done"}
    done = events[-1][1]
    segments = [data["segment"] for name, data in events if name == "segment"]
    assert segments == done["segments"]
    text = "".join(data["text"] for name, data in events if name == "delta")
    assert text == "\n\n".join(segment["text"] for segment in done["segments"] if segment["type"] == "text")
    assert (await messages_in(cora, done["conversationId"]))[-1]["id"] == done["messageId"]


async def test_what_was_answered_is_followed_at_once(people: People) -> None:
    cora = await people.customer()
    answer = await asked(cora)
    [(name, done)] = await followed(cora, answer["conversationId"])
    assert (name, done["messageId"]) == ("done", answer["messageId"])
    empty = (await cora.post(CONVERSATIONS)).json()["data"]["id"]
    assert (await cora.get(f"{CONVERSATIONS}/{empty}/stream")).status_code == 404


@pytest.mark.case("H11")
async def test_one_answer_at_a_time(slow: Slow) -> None:
    asking, conversation = await begun(slow)
    for more in ({}, {"conversationId": conversation}):
        refused = await ask(slow.cora, "And which shoes?", **more)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "BUSY")
    odile = await slow.people.customer("Odile")
    assert (await ask(odile)).status_code == 201, "others are answered meanwhile"
    assert (await asking).status_code == 201
    assert (await ask(slow.cora, "And which shoes?")).status_code == 201
    assert len((await slow.cora.get(CONVERSATIONS)).json()["data"]) == 2


@pytest.mark.case("H13")
async def test_a_second_tab_follows_and_the_first_may_leave(slow: Slow) -> None:
    asking, conversation = await begun(slow)
    asking.cancel()
    first, second = await asyncio.gather(followed(slow.cora, conversation), followed(slow.cora, conversation))
    assert [name for name, _data in first].count("delta") > 1
    assert first[-1] == second[-1]
    assert first[-1][0] == "done"
    assert first[-1][1]["isMock"] is False
    question, answer = await messages_in(slow.cora, conversation)
    assert (question["role"], answer["id"]) == ("user", first[-1][1]["messageId"])
    assert len(slow.gemini.prompts) == 1


async def test_stop_keeps_what_was_said(slow: Slow) -> None:
    slow.gemini.pause = 0.6
    _asking, conversation = await begun(slow)
    async with slow.cora.http.stream("GET", f"{CONVERSATIONS}/{conversation}/stream") as answer:
        async for line in answer.aiter_lines():
            if line == "event: delta":
                break
    with within(3):
        stopped = await slow.cora.post(f"{CONVERSATIONS}/{conversation}/stop")
    assert (stopped.status_code, stopped.json()["data"]["isAnswering"]) == (200, False)
    said = (await messages_in(slow.cora, conversation))[-1]
    assert said["isStopped"] is True
    assert said["segments"][0]["text"]
    assert "sangeet" not in said["content"] or not said["content"].endswith("moves with you.")
    assert (await slow.cora.post(f"{CONVERSATIONS}/{conversation}/stop")).status_code == 200, (
        "nothing to stop: no change"
    )
    slow.gemini.pause = 0
    assert (await ask(slow.cora, "And which shoes?", conversationId=conversation)).status_code == 201


@pytest.mark.long  # waits for seconds
async def test_a_deleted_conversation_takes_its_answer_along(slow: Slow) -> None:
    asking, conversation = await begun(slow)
    assert (await slow.cora.delete(f"{CONVERSATIONS}/{conversation}")).status_code == 200
    assert (await asking).status_code == 404
    assert (await slow.cora.get(CONVERSATIONS)).json()["data"] == []
    assert (await ask(slow.cora)).status_code == 201


@pytest.mark.long
@pytest.mark.case("H13")
@pytest.mark.parametrize("politely", [True, False])
async def test_an_answer_survives_its_server(slow: Slow, politely: bool) -> None:
    """Told to stop, the server hands it on; killed, it is missed after five seconds. Who looks at it, has it go on."""
    slow.gemini.pause = 1.0
    asking, conversation = await begun(slow)
    if politely:
        await slow.server.stop()
    else:
        slow.server.kill()
    await asyncio.gather(asking, return_exceptions=True)
    slow.gemini.pause = 0
    await slow.server.start()
    events = await followed(slow.cora, conversation)
    assert events[-1][0] == "done"
    assert [message["role"] for message in await messages_in(slow.cora, conversation)] == ["user", "assistant"]
    assert (await ask(slow.cora, "And which shoes?", conversationId=conversation)).status_code == 201
