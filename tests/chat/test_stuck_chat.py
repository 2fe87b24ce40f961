"""One stuck row, or one person, must not take the connections of everybody else."""

import asyncio
from uuid import uuid4

import psycopg
import pytest

from tests.support.deadlines import within

pytestmark = pytest.mark.long  # rows are held for seconds

SENDERS = 20
OTHERS = 7
LATER = (1.2, 1.5, 1.8, 2.1)
"""Seconds after which newcomers come. A chat is known to be stuck a second after those inside began to wait for its row, and
for a second, until PostgreSQL ends their waiting; how soon they begin depends on the machine."""


async def new_chat(cora, provider) -> str:
    answer = await cora.post("/api/chat", json={"designerId": (await provider.me())["designer"]["id"]})
    return answer.json()["data"]["id"]


async def send(person, chat_id: str) -> int:
    body = {"chatId": chat_id, "content": "hello", "clientId": str(uuid4())}
    return (await person.post("/api/chat/messages", json=body)).status_code


async def sent_late(person, chat_id: str, after: float) -> tuple[int, float]:
    """The status of a message that is sent later, and the seconds that it took."""
    await asyncio.sleep(after)
    began = asyncio.get_running_loop().time()
    return await send(person, chat_id), asyncio.get_running_loop().time() - began


@pytest.mark.case("W17")
async def test_twenty_who_wait_for_one_chat_leave_room_for_messages_to_others(people, dsn):
    cora, dina = await people.customer(), await people.designer()
    stuck = await new_chat(cora, dina)
    others = [await new_chat(cora, await people.designer()) for _ in range(OTHERS)]
    await asyncio.gather(*(send(cora, chat) for chat in [stuck, *others]))
    async with await psycopg.AsyncConnection.connect(dsn) as holder:
        await holder.execute("select from chats where id = %s for update", (stuck,))
        waiting = [asyncio.create_task(send(dina, stuck)) for _ in range(SENDERS)]
        newcomers = [asyncio.create_task(sent_late(cora, stuck, after)) for after in LATER]
        await asyncio.sleep(0.3)
        with within(1.5):
            answers = await asyncio.gather(*(send(cora, chat) for chat in others))
        assert answers == [201] * OTHERS
        refused = await asyncio.gather(*newcomers)
        assert {status for status, _ in refused} == {503}
        assert min(seconds for _, seconds in refused) < 0.5, "a chat that is known to be stuck is refused at once"
        assert set(await asyncio.gather(*waiting)) == {503}
    assert await send(cora, stuck) == 201


async def test_fifty_at_once_to_one_chat_are_all_stored(people):
    cora, dina = await people.customer(), await people.designer()
    chat = await new_chat(cora, dina)
    assert await asyncio.gather(*(send(cora, chat) for _ in range(50))) == [201] * 50


async def ask_there(person, chat_id: str, designer_id: str) -> int:
    body = {"designerId": designer_id, "chatId": chat_id, "description": f"A lehenga {uuid4()}"}
    return (await person.post("/api/design-requests", json=body)).status_code


async def change(person) -> int:
    return (await person.put("/api/provider/profile", json={"bio": str(uuid4())})).status_code


@pytest.mark.case("W17")
async def test_requests_that_wait_for_one_chat_leave_room_for_messages_to_others(people, dsn):
    cora, dina = await people.customer(), await people.designer()
    designer = (await dina.me())["designer"]["id"]
    stuck = await new_chat(cora, dina)
    others = [await new_chat(cora, await people.designer()) for _ in range(OTHERS)]
    async with await psycopg.AsyncConnection.connect(dsn) as holder:
        await holder.execute("select from chats where id = %s for update", (stuck,))
        waiting = [asyncio.create_task(ask_there(cora, stuck, designer)) for _ in range(SENDERS)]
        await asyncio.sleep(0.3)
        with within(1.5):
            answers = await asyncio.gather(*(send(cora, chat) for chat in others))
        assert answers == [201] * OTHERS
        assert set(await asyncio.gather(*waiting)) == {503}
    assert await ask_there(cora, stuck, designer) == 201


@pytest.mark.case("W17")
async def test_one_person_who_waits_leaves_room_for_everybody_else(people, dsn):
    cora, dina = await people.customer(), await people.designer()
    designer = (await dina.me())["designer"]["id"]
    others = [await new_chat(cora, await people.designer()) for _ in range(OTHERS)]
    async with await psycopg.AsyncConnection.connect(dsn) as holder:
        await holder.execute("select from designers where id = %s for update", (designer,))
        waiting = [asyncio.create_task(change(dina)) for _ in range(SENDERS)]
        await asyncio.sleep(0.3)
        with within(1.5):
            answers = await asyncio.gather(*(send(cora, chat) for chat in others))
        assert answers == [201] * OTHERS
        assert set(await asyncio.gather(*waiting)) == {503}
    assert await change(dina) == 200
