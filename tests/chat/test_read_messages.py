"""Reading a chat: pages that neither skip nor repeat (E16–E18), catching up, and 304 for those who poll."""

from typing import Any

import pytest


async def fill(talk: Any, db: Any, count: int) -> None:
    """Many messages at the same instant."""
    await db.execute(
        """
        with chat as (update chats set last_seq = last_seq + %(count)s where id = %(chat)s returning last_seq)
        insert into messages (id, chat_id, seq, sender_id, content, created_at)
        select 'x' || md5(%(chat)s || n), %(chat)s, chat.last_seq - %(count)s + n, %(sender)s, 'no ' || n, '2026-01-01'
          from chat, generate_series(1, %(count)s) n
        """,
        chat=talk.id,
        sender=talk.dina.id,
        count=count,
    )


@pytest.mark.case("E17")
async def test_two_hundred_of_one_instant_make_ten_pages(talk: Any, db: Any) -> None:
    await fill(talk, db, 200)
    pages, cursor = [], None
    while True:
        page = await talk.messages(talk.cora, **({"cursor": cursor} if cursor else {}))
        pages.append(page["data"])
        cursor = page["nextCursor"]
        assert page["hasMore"] is (cursor is not None)
        if cursor is None:
            break
    assert [len(page) for page in pages] == [20] * 10
    assert [message["seq"] for page in reversed(pages) for message in page] == list(range(1, 201))


@pytest.mark.case("E18")
async def test_what_is_said_meanwhile_disturbs_no_older_page(talk: Any, db: Any) -> None:
    await fill(talk, db, 60)
    first = await talk.messages(talk.cora)
    await talk.say(talk.dina, "one more")
    second = await talk.messages(talk.cora, cursor=first["nextCursor"])
    assert [m["seq"] for m in second["data"] + first["data"]] == list(range(21, 61))


async def test_catching_up(talk: Any, db: Any) -> None:
    await fill(talk, db, 70)
    page = await talk.messages(talk.cora, after=10, limit=50)
    assert [m["seq"] for m in page["data"]] == list(range(11, 61))
    assert (page["hasMore"], page["nextCursor"], page["lastSeq"]) == (True, None, 70)
    page = await talk.messages(talk.cora, after=60)
    assert [m["seq"] for m in page["data"]] == list(range(61, 71))
    assert page["hasMore"] is False
    assert (await talk.messages(talk.cora, after=70))["data"] == []


@pytest.mark.case("E16")
async def test_a_cursor_is_good_for_its_chat_and_reader_only(talk: Any, db: Any) -> None:
    await fill(talk, db, 30)
    cursor = (await talk.messages(talk.cora))["nextCursor"]
    chat = (await talk.cora.post("/api/chat", json={"tailorId": talk.tariq_id})).json()["data"]["id"]
    flipped = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    asked = [
        (talk.dina, {"chatId": talk.id, "cursor": cursor}),
        (talk.cora, {"chatId": chat, "cursor": cursor}),
        (talk.cora, {"chatId": talk.id, "cursor": flipped}),
        (talk.cora, {"chatId": talk.id, "cursor": "bm9uc2Vuc2U"}),
        (talk.cora, {"chatId": talk.id, "cursor": "%%%"}),
    ]
    for who, query in asked:
        answer = await who.get("/api/chat/messages", params=query)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "INVALID_CURSOR")


@pytest.mark.case("E08")
async def test_a_stranger_sees_what_anybody_sees_of_nothing(talk: Any) -> None:
    await talk.say(talk.cora, "between us")
    missing = await talk.odile.get("/api/chat/messages", params={"chatId": "cnothing"})
    for stranger in (talk.odile, talk.tariq):
        answer = await stranger.get("/api/chat/messages", params={"chatId": talk.id})
        assert (answer.status_code, answer.json()) == (404, missing.json())


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"after": "-1"}, {"after": "1.5"}, {"after": "1", "cursor": "x"}],
)
async def test_questions_that_make_no_sense(talk: Any, query: dict[str, str]) -> None:
    answer = await talk.cora.get("/api/chat/messages", params={"chatId": talk.id} | query)
    assert answer.status_code == 422


async def test_a_page_has_at_most_fifty(talk: Any, db: Any) -> None:
    await fill(talk, db, 60)
    assert len((await talk.messages(talk.cora, limit=1_000))["data"]) == 50
    assert (await talk.cora.get("/api/chat/messages")).status_code == 422


async def test_who_polls_is_told_in_few_words_that_nothing_changed(talk: Any) -> None:
    await talk.say(talk.dina, "hello")
    query = {"chatId": talk.id}
    first = await talk.cora.get("/api/chat/messages", params=query)
    known = {"If-None-Match": first.headers["etag"]}
    again = await talk.cora.get("/api/chat/messages", params=query, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert (await talk.cora.get("/api/chat/messages", params=query | {"limit": 5}, headers=known)).status_code == 200
    await talk.cora.post(f"/api/chat/{talk.id}/read", json={"upToSeq": 1})
    read = await talk.cora.get("/api/chat/messages", params=query, headers=known)
    assert (read.status_code, read.json()["data"][0]["isRead"]) == (200, True)
    await talk.say(talk.dina, "more")
    assert len((await talk.cora.get("/api/chat/messages", params=query, headers=known)).json()["data"]) == 2
