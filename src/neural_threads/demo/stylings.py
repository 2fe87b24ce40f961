"""Cora's conversation with the stylist: an outfit of her wardrobe, which she keeps, and a designer."""

import json
from datetime import datetime, timedelta
from typing import Any

from neural_threads.demo.rows import World, demo_id, user_id

CORA, DINA = "Cora Fernandes", "Dina Rao"
QUESTION = "What can I wear to a cousin's sangeet? I would like to dance."
TEXT = "Then something that turns with you. The yellow of the lehenga wants a warm red beside it, and flat shoes for the lawn."
TITLE = "A sangeet to dance at"
WHY = "Marigold and madder lie next to each other on the wheel, and the bandhani dots of both answer each other."
WORN = ("Garba lehenga", "Red bandhani dupatta")
CONVERSATION = demo_id("styling", CORA)
ANSWER = demo_id("styling answer", CORA)


def add_stylings(world: World, now: datetime) -> None:
    """Add the conversation, with its answer as the stylist would store it, and the outfit that is kept."""
    target = now - timedelta(hours=20)
    customer = demo_id("customer", CORA)
    worn = [row for row in world.tables["wardrobe_items"] if row["name"] in WORN]
    world.add(
        "chatbot_conversations",
        id=CONVERSATION,
        customer_id=customer,
        title=QUESTION,
        created_at=target,
        updated_at=target,
    )
    _message(world, demo_id("styling question", CORA), target, role="user", content=QUESTION, segments=None)
    segments = [{"type": "text", "text": TEXT}, _outfit(worn), _designer(world)]
    _message(world, ANSWER, target, role="assistant", content=TEXT, segments=json.dumps(segments))
    look = demo_id("kept outfit", CORA)
    world.add("wardrobe_looks", id=look, customer_id=customer, name=TITLE, created_at=target, updated_at=target)
    for position, item in enumerate(worn, 1):
        world.add("wardrobe_look_parts", look_id=look, item_id=item["id"], part=None, position=position)
    world.add("kept_outfits", message_id=ANSWER, segment_index=1, look_id=look)


def _message(world: World, id: str, target: datetime, *, role: str, **more: Any) -> None:
    is_answer = role == "assistant"
    world.add(
        "chatbot_messages",
        id=id,
        conversation_id=CONVERSATION,
        customer_id=demo_id("customer", CORA),
        role=role,
        suggestions=["Something cheaper", "Which shoes?"] if is_answer else [],
        language="en" if is_answer else None,
        is_mock=is_answer,
        created_at=target + timedelta(seconds=1 if is_answer else 0),
        **more,
    )


def _outfit(worn: list[Any]) -> dict[str, Any]:
    items = [
        {
            "id": row["id"],
            "name": row["name"],
            "category": row["category"],
            "color": row["color"],
            "imageUrl": f"/media/{row['image_id']}",
        }
        for row in worn
    ]
    return {"type": "outfit", "title": TITLE, "items": items, "why": WHY, "missing": ["Flat juttis or kolhapuris"]}


def _designer(world: World) -> dict[str, Any]:
    row = next(each for each in world.tables["designers"] if each["user_id"] == user_id(DINA))
    return {
        "type": "designer",
        "id": row["id"],
        "userId": row["user_id"],
        "name": DINA,
        "why": "She makes lehengas that are light enough to dance in.",
        "location": row["location"],
        "niches": list(row["design_niches"]),
        "languages": list(row["languages"]),
        "yearsOfExperience": row["years_of_experience"],
        "rating": 0,
        "reviewCount": 0,
        "profilePhoto": None,
    }
