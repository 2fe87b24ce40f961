"""The data of the stylist's pages: the conversations, the open one, and the subject of a new one."""

from typing import Any

import msgspec

from neural_threads.features.accounts.consents import Consent, ConsentPurpose, consents_of
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.catalog.designs.queries import designs_of
from neural_threads.features.portfolio.shapes import label
from neural_threads.features.stylist.conversations.presenting import shown_messages
from neural_threads.features.stylist.conversations.queries import (
    conversation_for,
    conversations_of,
    customer_of,
    message_row,
    message_rows,
    offered_image,
)
from neural_threads.features.stylist.conversations.shapes import ConversationSearch, StylistMessageSearch
from neural_threads.features.stylist.shapes import Segment
from neural_threads.features.wardrobe.queries import item_for
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db
from neural_threads.platform.errors import NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.web.chat.paths import address

PATH = "/customer/chatbot"
SHOWN = 40


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """The subject of a new question: its picture, and words to begin with."""

    image_url: str | None = None
    name: str = ""
    words: str = ""


async def subject_of(db: Db, me: Person, item_id: str | None, design_id: str | None) -> Subject:
    """Return the item of mine or the design that is asked about. NotFound for an item that is not mine, or no design."""
    if item_id:
        item = await item_for(db, me, item_id)
        if item.portfolio_item_id:
            return Subject(image_url=item.image_url, name=item.name or "", words=_about_a_design())
        words = _("What can I wear with %(piece)s?") % {"piece": item.name} if item.name else _("What goes with this?")
        return Subject(image_url=item.image_url, name=item.name or "", words=words)
    if design_id:
        designs = await designs_of(db, me, [design_id])
        if not designs:
            raise NotFound
        return Subject(
            image_url=designs[0].image_url,
            name=designs[0].description,
            words=_about_a_design(),
        )
    return Subject()


def _about_a_design() -> str:
    return _("What from my wardrobe would go with this design?")


async def new_context(db: Db, me: Person, cursor: str | None = None) -> dict[str, Any]:
    """Return what the page of a new conversation shows."""
    conversations, older = await conversations_of(db, me, ConversationSearch(limit=SHOWN, cursor=cursor))
    return {
        "conversations": conversations,
        "more": address(f"{PATH}/history", cursor=older) if older else None,
        "conversation": None,
        "offered_image": None,
        "messages": [],
        "older": None,
        "is_newest": True,
        "consent": await _consent(db, me),
        "has_model": bool(get_settings().gemini_api_key),
        "starters": starters(),
    }


async def conversation_context(db: Db, me: Person, id: str, cursor: str | None) -> dict[str, Any]:
    """Return what the page of a conversation of mine shows. NotFound for others'."""
    conversation = await conversation_for(db, me, id)
    rows, older = await message_rows(db, me, id, StylistMessageSearch(limit=SHOWN, cursor=cursor))
    answer_id = rows[-1].id if rows and rows[-1].role == "assistant" and cursor is None else None
    return await new_context(db, me) | {
        "offered_image": await offered_image(db, me, answer_id) if answer_id else None,
        "conversation": conversation,
        "messages": await shown_messages(db, customer_of(me), rows),
        "older": address(f"{PATH}/{id}", cursor=older) if older else None,
        "is_newest": cursor is None,
    }


async def message_context(db: Db, me: Person, id: str) -> dict[str, Any]:
    """Return what one message of mine shows, as the newest of its conversation; NotFound for others'."""
    row = await message_row(db, customer_of(me), id)
    [(message, shown)] = await shown_messages(db, customer_of(me), [row])
    return {
        "message": message,
        "shown": shown,
        "offered_image": await offered_image(db, me, id),
        "is_last": True,
        "place": PATH,
        **LABELS,
    }


def starters() -> list[str]:
    """Return what may be asked to begin with."""
    return [
        _("What can I wear to a sangeet tomorrow?"),
        _("Which of my clothes have I not worn for long?"),
        _("Who does bridal embroidery near MG Road?"),
        _("Which colours go with indigo?"),
        _("Something for the office in this rain"),
        _("How do I wash a silk saree?"),
    ]


def kind(segment: Segment) -> str:
    """Return the type of a segment, as it is named on the wire."""
    return str(segment.__struct_config__.tag)


LABELS: dict[str, Any] = {"kind": kind, "said": label}
"""What the templates of answers ask of a segment and of its enums."""


async def _consent(db: Db, me: Person) -> Consent:
    return next(each for each in await consents_of(db, me) if each.purpose is ConsentPurpose.STYLIST)
