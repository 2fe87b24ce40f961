"""Asking the stylist in tests: as one document, or as events."""

import json
from typing import Any

import httpx

from neural_threads.platform.db import Db
from neural_threads.platform.ids import new_id
from tests.support.people import Person

PLACE = "/api/chatbot"
CONVERSATIONS = "/api/chatbot/conversations"
EVENTS = {"Accept": "text/event-stream"}
SORRY = "Something went wrong on our side. Please ask me again."
"""The answer when none could be made; tests/stylist/test_child_process.py sees it come."""
Event = tuple[str, dict[str, Any]]


async def ask(me: Person, message: str = "What can I wear to a sangeet tomorrow?", **more: Any) -> httpx.Response:
    """Ask; the answer as it comes."""
    return await me.post(PLACE, json={"message": message, **more})


async def asked(me: Person, message: str = "What can I wear to a sangeet tomorrow?", **more: Any) -> dict[str, Any]:
    """Ask and be answered."""
    answer = await ask(me, message, **more)
    assert answer.status_code in (200, 201), answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def segments_of(answer: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The segments of one type."""
    return [segment for segment in answer["segments"] if segment["type"] == kind]


async def streamed(me: Person, message: str = "What can I wear to a sangeet tomorrow?", **more: Any) -> list[Event]:
    """Ask for events; all of them."""
    headers = {**EVENTS, "X-CSRF-Token": await me.csrf()}
    async with me.http.stream("POST", PLACE, json={"message": message, **more}, headers=headers) as answer:
        assert answer.status_code == 200, (await answer.aread()).decode()
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [event async for event in events_in(answer)]


async def followed(me: Person, conversation_id: str) -> list[Event]:
    """Follow the answer under way in a conversation."""
    async with me.http.stream("GET", f"{CONVERSATIONS}/{conversation_id}/stream", headers=EVENTS) as answer:
        assert answer.status_code == 200, (await answer.aread()).decode()
        return [event async for event in events_in(answer)]


async def events_in(answer: httpx.Response) -> Any:
    """The events of a stream, one by one."""
    name = ""
    async for line in answer.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


async def messages_in(me: Person, conversation_id: str, query: str = "") -> list[dict[str, Any]]:
    """The messages of a conversation."""
    answer = await me.get(f"{CONVERSATIONS}/{conversation_id}/messages?{query}")
    assert answer.status_code == 200, answer.text
    messages: list[dict[str, Any]] = answer.json()["data"]
    return messages


async def agree(me: Person, *, is_given: bool = True) -> None:
    """Agree that Gemini may answer, or withdraw."""
    answer = await me.put("/api/users/consents", json={"purpose": "STYLIST", "isGiven": is_given})
    assert answer.status_code == 200, answer.text


async def stored_answer(db: Db, me: Person, segments: list[dict[str, Any]]) -> dict[str, str]:
    """A conversation whose answer has these segments, as if it had been answered; its ids."""
    conversation = (await me.post(CONVERSATIONS)).json()["data"]["id"]
    message_id = new_id()
    await db.execute(
        """
        insert into chatbot_messages (id, conversation_id, role, content, segments, is_mock, created_at)
        values (%(id)s, %(conversation)s, 'assistant', '', %(segments)s::jsonb, true, clock_timestamp())
        """,
        id=message_id,
        conversation=conversation,
        segments=json.dumps(segments),
    )
    return {"conversationId": conversation, "messageId": message_id}


def outfit_of(*items: dict[str, Any], title: str = "For the sangeet") -> dict[str, Any]:
    """An outfit segment of these wardrobe items."""
    worn = [
        {
            "id": item["id"],
            "name": item["name"] or "Item",
            "category": item["category"],
            "color": item["color"],
            "imageUrl": item["imageUrl"].partition("?")[0],
        }
        for item in items
    ]
    return {"type": "outfit", "title": title, "items": worn, "why": "The colours answer each other."}


def designer_segment(id: str, name: str = "Dina") -> dict[str, Any]:
    """A designer segment as it was stored once."""
    facts = {"location": "MG_ROAD", "niches": ["BRIDAL"], "languages": ["ENGLISH"], "yearsOfExperience": 4}
    return (
        {"type": "designer", "id": id, "userId": None, "name": name, "why": "Bridal work.", "rating": 4.5}
        | facts
        | {
            "reviewCount": 2,
            "profilePhoto": None,
        }
    )
