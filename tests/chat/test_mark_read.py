"""Having read: derived, set once, told once (E08–E11), and never what came meanwhile."""

import asyncio
from typing import Any

import pytest

from neural_threads.platform.db import transaction
from neural_threads.platform.ids import new_id


async def test_reading_clears_the_badge_and_is_seen(talk: Any) -> None:
    for n in range(3):
        await talk.say(talk.dina, str(n))
    await talk.say(talk.cora, "mine does not count")
    assert (await talk.seen_by(talk.cora))["unreadCount"] == 3
    answer = await talk.cora.post(f"/api/chat/{talk.id}/read", json={"upToSeq": 2})
    assert answer.json()["data"] == {"chatId": talk.id, "upToSeq": 2, "unreadCount": 1}
    assert (await talk.seen_by(talk.cora))["unreadCount"] == 1
    page = await talk.messages(talk.dina)
    assert [m["isRead"] for m in page["data"]] == [True, True, False, False]
    assert page["data"][0]["readBy"] == talk.cora.id
    assert page["readSeq"] == 2
    assert (await talk.seen_by(talk.dina))["unreadCount"] == 1


async def test_one_message_and_all_before_it(talk: Any) -> None:
    said = [await talk.say(talk.dina, str(n)) for n in range(4)]
    answer = await talk.cora.post(f"/api/chat/messages/{said[2]['id']}/read")
    assert (answer.status_code, answer.json()["data"]["isRead"]) == (200, True)
    assert [m["isRead"] for m in (await talk.messages(talk.cora))["data"]] == [True, True, True, False]


@pytest.mark.case("E09")
async def test_ones_own_stays_as_it_is(talk: Any, line: Any) -> None:
    dina = await line(talk.dina)
    mine = await talk.say(talk.cora, "hello")
    answer = await talk.cora.post(f"/api/chat/messages/{mine['id']}/read")
    assert (answer.status_code, answer.json()["data"]) == (200, mine)
    await asyncio.sleep(0.2)
    assert dina.all("message-read") == []


@pytest.mark.case("E10")
async def test_two_devices_read_at_once_and_the_first_counts(talk: Any, line: Any) -> None:
    dina = await line(talk.dina)
    said = await talk.say(talk.dina, "read me")
    other = await talk.cora.another_device()
    path = f"/api/chat/messages/{said['id']}/read"
    await asyncio.gather(*(one.post(path) for one in (talk.cora, other) for _ in range(5)))
    first = (await talk.messages(talk.dina))["data"][0]["readAt"]
    await asyncio.sleep(0.3)
    await talk.cora.post(path)
    assert (await talk.messages(talk.dina))["data"][0]["readAt"] == first
    assert len(dina.all("message-read")) == 1
    told = dina.all("message-read")[0]
    assert told["readAt"] == first
    assert {key: told[key] for key in ("chatId", "messageId", "upToSeq", "readBy")} == {
        "chatId": talk.id,
        "messageId": said["id"],
        "upToSeq": said["seq"],
        "readBy": talk.cora.id,
    }
    await other.close()


@pytest.mark.case("E11")
async def test_what_comes_while_reading_stays_unread(talk: Any) -> None:
    await talk.say(talk.dina, "one")
    await asyncio.gather(
        talk.cora.post(f"/api/chat/{talk.id}/read", json={"upToSeq": 1}),
        *(talk.say(talk.dina, "meanwhile") for _ in range(5)),
    )
    assert (await talk.seen_by(talk.cora))["unreadCount"] == 5
    # Nobody can have read what has not been said.
    answer = await talk.cora.post(f"/api/chat/{talk.id}/read", json={"upToSeq": 1_000})
    assert answer.json()["data"]["upToSeq"] == 6
    await talk.say(talk.dina, "later")
    assert (await talk.seen_by(talk.cora))["unreadCount"] == 1


async def test_reading_does_not_go_back(talk: Any) -> None:
    for n in range(3):
        await talk.say(talk.dina, str(n))
    await talk.cora.post(f"/api/chat/{talk.id}/read", json={"upToSeq": 3})
    answer = await talk.cora.post(f"/api/chat/{talk.id}/read", json={"upToSeq": 1})
    assert answer.json()["data"] == {"chatId": talk.id, "upToSeq": 3, "unreadCount": 0}


@pytest.mark.case("E08")
async def test_a_stranger_cannot_read_for_others(talk: Any) -> None:
    said = await talk.say(talk.dina, "for Cora")
    for stranger in (talk.odile, talk.tariq):
        assert (await stranger.post(f"/api/chat/messages/{said['id']}/read")).status_code == 404
        assert (await stranger.post(f"/api/chat/{talk.id}/read", json={"upToSeq": 1})).status_code == 404
    assert (await talk.seen_by(talk.cora))["unreadCount"] == 1


async def test_to_look_at_the_page_is_to_read(talk: Any) -> None:
    await talk.say(talk.dina, "seen?")
    await talk.say(talk.dina, "seen!")
    glance = await talk.cora.get(
        f"/customer/chats/{talk.id}", headers={"Accept": "text/html", "Sec-Purpose": "prefetch"}
    )
    assert glance.status_code == 200
    assert (await talk.seen_by(talk.cora))["unreadCount"] == 2
    page = await talk.cora.get(f"/customer/chats/{talk.id}", headers={"Accept": "text/html"})
    assert 'id="unread"' in page.text
    assert (await talk.seen_by(talk.cora))["unreadCount"] == 0
    told = (await talk.cora.get("/api/notifications")).json()["data"]
    assert [one for one in told if one["type"] == "MESSAGE"] == []


@pytest.mark.long  # a table is filled
async def test_a_flood_of_messages_is_read_as_quickly_as_a_few(talk: Any, db: Any) -> None:
    for first in range(1, 20_001, 5_000):
        await db.execute(
            """
            insert into messages (id, chat_id, seq, sender_id, content)
            select 'f' || md5(%(chat)s || n), %(chat)s, n, %(sender)s, 'n' from generate_series(%(a)s::int, %(b)s::int) n
            """,
            chat=talk.id,
            sender=talk.dina.id,
            a=first,
            b=first + 4_999,
        )
    await db.execute("update chats set last_seq = 20000 where id = %(chat)s", chat=talk.id)
    assert (await talk.seen_by(talk.cora))["unreadCount"] == 20_000
    answer = await talk.cora.post(f"/api/chat/{talk.id}/read", json={"upToSeq": 20_000})
    assert answer.json()["data"] == {"chatId": talk.id, "upToSeq": 20_000, "unreadCount": 0}
    for after in (0, 19_980):
        assert all(message["isRead"] for message in (await talk.messages(talk.dina, after=after))["data"])


@pytest.mark.parametrize(("up_to", "unread"), [(1, 1), (2, 0), (99, 0)])
async def test_what_is_stored_while_reading_waits_is_read_or_unread_and_not_both(
    talk: Any, database: str, up_to: int, unread: int
) -> None:
    await talk.say(talk.dina, "one")
    async with transaction() as db:
        # Dina's second message is stored, and not yet committed, when Cora reads.
        await db.execute("update chats set last_seq = 2 where id = %(chat)s", chat=talk.id)
        await db.execute(
            "insert into messages (id, chat_id, seq, sender_id, content) values (%(id)s, %(chat)s, 2, %(dina)s, 'two')",
            id=new_id(),
            chat=talk.id,
            dina=talk.dina.id,
        )
        reading = asyncio.create_task(talk.cora.post(f"/api/chat/{talk.id}/read", json={"upToSeq": up_to}))
        await asyncio.sleep(0.5)
    position = (await reading).json()["data"]
    assert (position["upToSeq"], position["unreadCount"]) == (min(up_to, 2), unread)
    second = (await talk.messages(talk.dina))["data"][1]
    assert (second["isRead"], second["readAt"] is not None) == (unread == 0, unread == 0)
    assert (await talk.seen_by(talk.cora))["unreadCount"] == unread
