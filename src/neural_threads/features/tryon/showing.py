"""Send a look into a chat, or attach it to an order."""

from uuid import UUID

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.actions import send_message
from neural_threads.features.chat.shapes import Message, NewMessage
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.types import Id, Incoming

from .queries import try_on_for


class SharedLook(Incoming, frozen=True, kw_only=True):
    """Into which chat a look is sent. `clientId` was made with the page, so that two presses are one message."""

    chat_id: Id | None = None
    client_id: UUID | None = None
    is_agreed: bool = False


class LookForRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A look as a request shows it: its result, and the item that was tried on, when that is in one's wardrobe."""

    image_url: str | None
    wardrobe_item_id: str | None


async def share_look(db: Db, me: Person, try_on_id: str, wish: SharedLook) -> Message:
    """Send a look of mine into a chat that I am in; NotFound for any other look or chat.

    With one that a model drew goes a sentence that says so. Invalid when no chat was chosen, when it was not agreed to, or when there is no result yet.
    """
    look = await try_on_for(db, me, try_on_id)
    if look.result_image_url is None:
        raise Invalid(fields={"chatId": _("This look is not made yet.")})
    if wish.chat_id is None:
        raise Invalid(fields={"chatId": _("Choose who to send it to.")})
    if not wish.is_agreed:
        raise Invalid(fields={"isAgreed": _("Please say that you want to send it.")})
    said = _("A generated picture: a model drew how this could look. It is not a photo.") if look.is_generated else ""
    draft = NewMessage(
        chat_id=wish.chat_id, content=said, image_url=str(look.result_image_url), client_id=wish.client_id
    )
    message, _is_new = await send_message(db, me, draft)
    return message


async def look_for_request(db: Db, me: Person, try_on_id: str) -> LookForRequest:
    """Return what of a look of mine goes with a request: no image while it is being made. NotFound for any other look."""
    return await db.found(
        LookForRequest,
        """
        select '/media/' || t.result_image_id as image_url,
               (select w.id from wardrobe_items w
                 where w.customer_id = t.customer_id and w.image_id = t.outfit_image_id
                 order by w.created_at desc limit 1) as wardrobe_item_id
          from virtual_try_ons t
         where t.id = %(id)s and t.customer_id = %(me)s
        """,
        id=try_on_id,
        me=me.customer_id,
    )
