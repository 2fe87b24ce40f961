"""Conversations: begin, list, read, rename, delete."""

import pytest

from neural_threads.platform.db import Db
from tests.factories.wardrobe import INDIGO
from tests.stylist.asking import CONVERSATIONS, asked, messages_in
from tests.support.people import People

pytestmark = pytest.mark.usefixtures("database")


async def test_begin_with_a_title_or_without(people: People) -> None:
    cora = await people.customer()
    for options in ({}, {"json": {}}, {"json": {"title": None}}):
        made = await cora.post(CONVERSATIONS, **options)
        assert (made.status_code, made.json()["data"]["title"]) == (201, None)
    named = await cora.post(CONVERSATIONS, json={"title": "Wedding in May"})
    assert named.json()["data"]["title"] == "Wedding in May"
    for body in ({"title": ""}, {"title": "x" * 81}, {"title": 5}, {"name": "x"}, {"title": "a\nb"}):
        assert (await cora.post(CONVERSATIONS, json=body)).status_code == 422
    blank = (await cora.post(CONVERSATIONS, json={"title": " \u200b "})).json()["error"]
    assert blank["fields"] == {"title": "Please fill this in."}


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"title": "x"}', "text/plain", 415),
        (b"{}", "application/x-www-form-urlencoded", 415),
        (b"{", "application/json", 400),
        (b"null", "application/json", 400),
        (b"", "text/plain", 201),
    ],
)
async def test_a_body_that_is_there_is_json(people: People, content: bytes, kind: str, status: int) -> None:
    cora = await people.customer()
    answer = await cora.post(CONVERSATIONS, content=content, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text


async def test_the_first_question_becomes_the_title_of_an_empty_conversation(people: People) -> None:
    cora = await people.customer()
    conversation = (await cora.post(CONVERSATIONS)).json()["data"]["id"]
    await asked(
        cora, "Which colours suit me, and which do not? " + "I wonder about that. " * 8, conversationId=conversation
    )
    [listed] = (await cora.get(CONVERSATIONS)).json()["data"]
    assert listed["title"].startswith("Which colours suit me, and which do not?")
    assert len(listed["title"]) <= 80
    assert listed["isAnswering"] is False


async def test_the_latest_activity_first_page_by_page(people: People) -> None:
    cora = await people.customer()
    made = [(await asked(cora, f"Question {n}"))["conversationId"] for n in range(3)]
    await asked(cora, "Again", conversationId=made[0])
    first = (await cora.get(f"{CONVERSATIONS}?limit=2")).json()
    assert [each["id"] for each in first["data"]] == [made[0], made[2]]
    assert first["hasMore"] is True
    rest = (await cora.get(CONVERSATIONS, params={"limit": 2, "cursor": first["nextCursor"]})).json()
    assert ([each["id"] for each in rest["data"]], rest["hasMore"]) == ([made[1]], False)
    assert (await cora.get(f"{CONVERSATIONS}?cursor=nonsense")).json()["error"]["code"] == "INVALID_CURSOR"
    assert (await cora.get(f"{CONVERSATIONS}?limit=0")).status_code == 422


async def test_the_newest_messages_in_ascending_order(people: People) -> None:
    cora = await people.customer()
    conversation = (await asked(cora, "Question 0"))["conversationId"]
    for n in (1, 2):
        await asked(cora, f"Question {n}", conversationId=conversation)
    place = f"{CONVERSATIONS}/{conversation}/messages"
    newest = (await cora.get(f"{place}?limit=3")).json()
    assert [each["role"] for each in newest["data"]] == ["assistant", "user", "assistant"]
    assert newest["data"][1]["content"] == "Question 2"
    older = (await cora.get(place, params={"limit": 3, "cursor": newest["nextCursor"]})).json()
    assert [each["content"] for each in older["data"] if each["role"] == "user"] == ["Question 0", "Question 1"]
    assert older["hasMore"] is False
    assert len(await messages_in(cora, conversation, "limit=1000")) == 6


async def test_rename(people: People) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    conversation = (await asked(cora))["conversationId"]
    place = f"{CONVERSATIONS}/{conversation}"
    assert (await cora.put(place, json={"title": "ಸಂಗೀತ"})).json()["data"]["title"] == "ಸಂಗೀತ"
    for body in ({}, {"title": " "}, {"title": None}):
        assert (await cora.put(place, json=body)).status_code == 422
    await asked(cora, "Another question", conversationId=conversation)
    assert (await cora.get(CONVERSATIONS)).json()["data"][0]["title"] == "ಸಂಗೀತ"
    assert (await odile.put(place, json={"title": "Mine"})).status_code == 404


async def test_delete_takes_messages_and_images_along(people: People, db: Db) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    kept = (await cora.post("/api/upload", files={"file": ("a.png", INDIGO, "image/png")})).json()["data"]
    conversation = (await asked(cora, "What goes with this?", imageUrl=kept["url"]))["conversationId"]
    place = f"{CONVERSATIONS}/{conversation}"
    assert (await odile.delete(place)).status_code == 404
    assert (await cora.delete(f"/api/upload/{kept['publicId']}")).json()["error"]["code"] == "IN_USE"
    assert (await cora.delete(place)).status_code == 200
    assert (await cora.get(f"{place}/messages")).status_code == 404
    assert (await cora.delete(place)).status_code == 404
    assert await db.value("select count(*) from media where public_id = %(id)s", id=kept["publicId"]) == 0


async def test_odile_finds_nothing_of_coras(people: People) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    conversation = (await asked(cora))["conversationId"]
    for path in (f"{conversation}/messages", f"{conversation}/stream"):
        assert (await odile.get(f"{CONVERSATIONS}/{path}")).status_code == 404
    assert (await odile.post(f"{CONVERSATIONS}/{conversation}/stop")).status_code == 404
    assert (await odile.get(CONVERSATIONS)).json()["data"] == []
