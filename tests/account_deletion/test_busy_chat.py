"""Deleting an account while its chats are busy: nobody is refused because two transactions waited for each other."""

import asyncio
from uuid import uuid4

import pytest

from neural_threads.features.account_deletion.actions import delete_account_of
from neural_threads.features.accounts.queries import person_of
from neural_threads.features.chat.actions import send_message
from neural_threads.features.chat.shapes import NewMessage
from neural_threads.platform.db import in_transaction, reading, transaction

from .test_delete_account import leave

LEAVERS = 8


async def chat_between(cora, dina) -> tuple[str, str]:
    chat = (await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})).json()["data"]["id"]
    body = {"chatId": chat, "content": "hello", "clientId": str(uuid4())}
    first = (await cora.post("/api/chat/messages", json=body)).json()["data"]["id"]
    await cora.post(f"/api/chat/messages/{first}/reactions", json={"emoji": "❤️", "action": "add"})
    return chat, first


async def write(person, chat: str, done: asyncio.Event) -> list[int]:
    statuses = []
    while not done.is_set():
        body = {"chatId": chat, "content": "hello", "clientId": str(uuid4())}
        statuses.append((await person.post("/api/chat/messages", json=body)).status_code)
    return statuses


async def read(person, chat: str, done: asyncio.Event) -> list[int]:
    statuses = []
    while not done.is_set():
        answer = await person.post(f"/api/chat/{chat}/read", json={"upToSeq": 1_000_000})
        statuses.append(answer.status_code)
    return statuses


@pytest.mark.long
@pytest.mark.case("I06")
async def test_those_who_leave_and_those_who_write_do_not_deadlock(people):
    """The person who leaves still reads on another device; each read refers to the row that leaving locks."""
    dina = await people.designer()
    leavers = [await people.customer() for _ in range(LEAVERS)]
    chats = [(await chat_between(cora, dina))[0] for cora in leavers]
    phones = [await cora.another_device() for cora in leavers]
    done = asyncio.Event()
    busy = [asyncio.create_task(write(dina, chat, done)) for chat in chats]
    busy += [asyncio.create_task(read(phone, chat, done)) for phone, chat in zip(phones, chats, strict=True)]
    await asyncio.sleep(0.5)
    left = await asyncio.gather(*(leave(cora) for cora in leavers))
    done.set()
    statuses = [status for statuses in await asyncio.gather(*busy) for status in statuses]
    for phone in phones:
        await phone.close()
    assert [answer.status_code for answer in left] == [200] * LEAVERS
    assert 201 in statuses
    assert not [status for status in statuses if status >= 500]


@pytest.mark.usefixtures("database")
async def test_who_leaves_while_a_message_waits_for_the_chat_is_told_nothing(people):
    """The message began when the reader was there, and is stored when she has gone."""
    cora, dina = await people.customer(), await people.designer()
    chat, _first = await chat_between(cora, dina)
    async with reading() as db:
        me, reader = await person_of(db, cora.id), await person_of(db, dina.id)
    draft = NewMessage(chat_id=chat, content="Are you still there?")
    async with transaction() as db:
        await delete_account_of(db, reader)
        sending = asyncio.create_task(
            in_transaction(lambda db: send_message(db, me, draft), row=chat, is_one_statement=True)
        )
        await asyncio.sleep(0.3)
        assert not sending.done()
    message, _is_new = await sending
    async with reading() as db:
        assert await db.value("select count(*) from messages where id = %(id)s", id=message.id) == 1
        assert await db.value("select count(*) from notifications where user_id = %(id)s", id=dina.id) == 0
