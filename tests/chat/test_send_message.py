"""Saying something: stored once, in order, exactly as typed (E01–E06), and only by those who are in the chat."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

ODD = [
    "<script>alert(1)</script>",
    "\u202egnikcart\u202c",
    "👩‍👩‍👧‍👦🧵",
    "ಸೀರೆ ಬ್ಲೌಸ್ ಅಳತೆ",
    "tabs\tand\nlines  ",
    "e" + "\u0301" * 4_000,
    "'; drop table messages; --",
    "[CHAT_DESIGNER:x:y]",
    "\u0001x\u001f",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢" * 600,
]


async def test_cora_says_something_and_dina_can_read_it(talk: Any) -> None:
    message = await talk.say(talk.cora, "Namaste!")
    assert message | {"id": "", "createdAt": "", "clientId": ""} == {
        "id": "",
        "chatId": talk.id,
        "seq": 1,
        "clientId": "",
        "senderId": talk.cora.id,
        "senderName": "Cora",
        "content": "Namaste!",
        "imageUrl": None,
        "requestId": None,
        "isRead": False,
        "readAt": None,
        "readBy": None,
        "createdAt": "",
        "reactions": [],
    }
    assert (await talk.messages(talk.dina))["data"] == [message]


async def test_a_stranger_cannot_speak_in_it(talk: Any) -> None:
    missing = await talk.odile.post("/api/chat/messages", json={"chatId": "cnothing", "content": "hm"})
    for stranger in (talk.odile, talk.tariq):
        answer = await talk.post(stranger, content="let me in")
        assert answer.status_code == missing.status_code == 404
        assert answer.json() == missing.json()
    assert (await talk.messages(talk.cora))["data"] == []


@pytest.mark.case("E01")
async def test_fifty_at_once_under_one_name_are_one_message(talk: Any) -> None:
    await talk.cora.csrf()
    name = str(uuid4())
    answers = await asyncio.gather(*(talk.post(talk.cora, content="once", clientId=name) for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    page = await talk.messages(talk.dina)
    assert [message["content"] for message in page["data"]] == ["once"]
    assert page["lastSeq"] == 1
    told = (await talk.dina.get("/api/notifications")).json()["data"]
    assert [one["count"] for one in told if one["type"] == "MESSAGE"] == [1]


@pytest.mark.case("E02")
async def test_the_same_name_for_other_words_is_refused(talk: Any) -> None:
    name = str(uuid4())
    first = await talk.say(talk.cora, "ivory", clientId=name)
    other = await talk.post(talk.cora, content="indigo", clientId=name)
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "IDEMPOTENCY_CONFLICT"
    chat = (await talk.cora.post("/api/chat", json={"tailorId": talk.tariq_id})).json()["data"]["id"]
    elsewhere = await talk.cora.post("/api/chat/messages", json={"chatId": chat, "content": "ivory", "clientId": name})
    assert elsewhere.status_code == 409
    again = await talk.post(talk.cora, content="ivory", clientId=name)
    assert (again.status_code, again.json()["data"]) == (200, first)
    # The name belongs to its sender: Dina may use it for words of her own.
    assert (await talk.post(talk.dina, content="mine", clientId=name)).status_code == 201


@pytest.mark.case("E03")
async def test_a_retry_a_day_later_is_still_the_same_message(talk: Any, db: Any) -> None:
    name = str(uuid4())
    first = await talk.say(talk.cora, "the answer was lost", clientId=name)
    await db.execute("update messages set created_at = created_at - interval '1 day' where id = %(id)s", id=first["id"])
    again = await talk.post(talk.cora, content="the answer was lost", clientId=name)
    assert again.status_code == 200
    assert again.json()["data"]["id"] == first["id"]


@pytest.mark.case("E04")
@pytest.mark.parametrize(
    "content", ["", " ", "\n\t", "\u200b\u200d\ufeff", "\u3164", "\u2800", "\u202e\u202c", "\u0301"]
)
async def test_nothing_to_see_is_nothing_said(talk: Any, content: str) -> None:
    answer = await talk.post(talk.cora, content=content)
    assert answer.status_code == 422
    assert list(answer.json()["error"]["fields"]) == ["content"]


@pytest.mark.case("E05")
async def test_five_thousand_letters_and_no_more(talk: Any) -> None:
    assert (await talk.post(talk.cora, content="x" * 5_000)).status_code == 201
    assert (await talk.post(talk.cora, content="x" * 5_001)).status_code == 422
    assert (await talk.post(talk.cora, content="e" + "\u0301" * 10_000)).status_code == 422
    assert (await talk.post(talk.cora, content="x" * 1_100_000)).status_code == 413


@pytest.mark.case("E06")
@pytest.mark.parametrize("content", ODD, ids=range(len(ODD)))
async def test_what_is_said_stays_as_it_was_typed(talk: Any, content: str) -> None:
    assert (await talk.say(talk.cora, content))["content"] == content
    assert (await talk.messages(talk.dina))["data"][0]["content"] == content


@pytest.mark.parametrize(
    "body", [{"content": "a\u0000b"}, {"clientId": "five"}, {"content": 5}, {"senderId": "x"}, {"chatId": 1}]
)
async def test_what_cannot_be_taken(talk: Any, body: dict[str, Any]) -> None:
    assert (await talk.post(talk.cora, **{"content": "x"} | body)).status_code == 422


@pytest.mark.case("E07")
@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/x",
        "file:///etc/passwd",
        "data:image/png;base64,AA",
        "javascript:alert(1)",
        "/media/nothing",
    ],
)
async def test_an_image_from_elsewhere_is_refused(talk: Any, url: str) -> None:
    answer = await talk.post(talk.cora, content="", imageUrl=url)
    assert answer.status_code == 422
    assert list(answer.json()["error"]["fields"]) == ["imageUrl"]


@pytest.mark.case("E07")
async def test_only_ones_own_image_can_be_sent(talk: Any, db: Any) -> None:
    insert = """
        insert into media (public_id, owner_id, content_type, width, height, bytes)
        values (%(id)s, %(owner)s, 'image/webp', 1, 1, 1)
    """
    mine, hers = f"m{uuid4().hex}", f"m{uuid4().hex}"
    await db.execute(insert, id=mine, owner=talk.cora.id)
    await db.execute(insert, id=hers, owner=talk.odile.id)
    sent = await talk.post(talk.cora, content="", imageUrl=f"/media/{mine}?w=400")
    assert sent.status_code == 201
    assert sent.json()["data"]["imageUrl"].startswith(f"/media/{mine}?sig=")
    assert (await talk.post(talk.cora, content="", imageUrl=f"/media/{hers}")).status_code == 422


@pytest.mark.long  # a crowd
async def test_two_hundred_at_once_have_no_gap_and_no_double(talk: Any) -> None:
    await asyncio.gather(talk.cora.csrf(), talk.dina.csrf())
    speakers = [talk.cora, talk.dina] * 100
    said = await asyncio.gather(*(talk.say(who, f"{n}") for n, who in enumerate(speakers)))
    assert sorted(message["seq"] for message in said) == list(range(1, 201))
    found, after = [], 0
    while True:
        page = await talk.messages(talk.dina, after=after, limit=50)
        found += page["data"]
        if not page["hasMore"]:
            break
        after = found[-1]["seq"]
    assert [message["seq"] for message in found] == list(range(1, 201))
    assert [message["createdAt"] for message in found] == sorted(message["createdAt"] for message in found)
    assert {message["id"] for message in found} == {message["id"] for message in said}


async def test_her_own_order_is_kept(talk: Any) -> None:
    for n in range(10):
        await talk.say(talk.cora, str(n))
    assert [message["content"] for message in (await talk.messages(talk.dina))["data"]] == [str(n) for n in range(10)]


async def test_a_page_of_somebody_else_says_nothing_in_my_name(talk: Any) -> None:
    draft = {"chatId": talk.id, "content": "mine"}
    refused = await talk.cora.post("/api/chat/messages", json=draft, headers={"X-Person": talk.dina.id})
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "ANOTHER_PERSON"
    said = await talk.cora.post("/api/chat/messages", json=draft, headers={"X-Person": talk.cora.id})
    assert said.status_code == 201
