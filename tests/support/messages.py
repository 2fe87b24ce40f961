"""Messages that are stored as the product stores them, within a transaction of the test."""

from typing import Any

from neural_threads.features.accounts.queries import person_of
from neural_threads.features.chat.actions import send_message
from neural_threads.features.chat.shapes import NewMessage
from neural_threads.platform.db import Db


async def message_from(db: Db, sender: Any, chat_id: str) -> None:
    """Somebody, as tests have them, says something in a chat that they are in."""
    me = await person_of(db, sender.id)
    assert me is not None
    await send_message(db, me, NewMessage(chat_id=chat_id, content="Is it ready?"))
