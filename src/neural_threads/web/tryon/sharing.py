"""Send a look to a provider: the part of its page that offers chats and requests."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.queries import chats_of
from neural_threads.features.chat.shapes import ChatSearch
from neural_threads.features.tryon.showing import SharedLook
from neural_threads.platform.db import Db
from neural_threads.platform.serialization.decode import decode_form

OFFERED = 50


def read_share(pairs: Iterable[tuple[str, Any]]) -> SharedLook:
    """Return what the form sends."""
    return decode_form(
        [(name, value) for name, value in pairs if isinstance(value, str) and name != "csrf_token"], SharedLook
    )


async def share_facts(db: Db, me: Person, chat_id: str | None = None) -> dict[str, Any]:
    """Return my chats by the other one's name, the chosen one, and a key so that two presses are one message."""
    chats, _more = await chats_of(db, me, ChatSearch(limit=OFFERED))
    names = [(chat.id, chat.other_user.name) for chat in chats if not chat.other_user.is_deleted]
    return {"chats": names, "chat_id": chat_id or "", "share_key": str(uuid4())}
