"""Share an item in a chat: from the wardrobe and saved designs, or from the provider's portfolio."""

from typing import Annotated
from uuid import UUID, uuid5

from msgspec import Meta

from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.keyset_paging import Keyset, page_size
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.types import Id, Incoming, Shape, Text

from .actions import send_message
from .shapes import Message, NewMessage

# From where each role shows; `is_saved`: a designer's item that a customer keeps.
HAVE = {
    Role.CUSTOMER: Sql("""
        select w.id, w.image_id, coalesce(w.name, w.subcategory, '') as name, w.portfolio_item_id is not null as is_saved,
               w.created_at
          from wardrobe_items w where w.customer_id = %(me)s"""),
    Role.DESIGNER: Sql("""
        select p.id, p.image_id, left(regexp_replace(trim(p.description), '\\s+', ' ', 'g'), 120) as name, false as is_saved,
               p.created_at
          from portfolio_items p where p.designer_id = %(me)s"""),
    Role.TAILOR: Sql("""
        select s.id, s.image_id, left(regexp_replace(trim(s.description), '\\s+', ' ', 'g'), 120) as name, false as is_saved,
               s.created_at
          from sample_works s where s.tailor_id = %(me)s"""),
}


class ShareSearch(Incoming, frozen=True, kw_only=True):
    """A page of what one could show."""

    limit: int | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None


class Shareable(Shape, frozen=True, kw_only=True):
    """Something that one could show."""

    id: str
    image_url: PrivateImage
    name: str
    is_saved: bool


NEWEST = Keyset("h.created_at", "h.id")


class Shared(Incoming, frozen=True, kw_only=True):
    """The item to share. `clientId` was made with the page, so that a form sent twice is one message."""

    piece_id: Id
    client_id: UUID | None = None


async def shareable_of(db: Db, me: Person, search: ShareSearch) -> tuple[list[Shareable], str | None]:
    """Return what I can share, the newest first, and the cursor of the page after it."""
    scope = f"shareable {me.id}"
    return await db.page(
        Shareable,
        sql(
            """
        select h.id, '/media/' || h.image_id as image_url, coalesce(h.name, '') as name, h.is_saved, {newest.column}
          from ({have}) h
         where {newest.after} {newest.order}
        """,
            newest=NEWEST,
            have=HAVE[me.role],
        ),
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        me=me.role_id,
    )


async def share_item(db: Db, me: Person, chat_id: str, shared: Shared) -> tuple[Message, bool]:
    """Show a piece of mine as an image message, and whether it is new. NotFound when the item is not mine or I am not in the chat."""
    row = await db.found(
        Shareable,
        sql(
            """
        select h.id, '/media/' || h.image_id as image_url, coalesce(h.name, '') as name, h.is_saved
          from ({have}) h where h.id = %(piece)s
        """,
            have=HAVE[me.role],
        ),
        me=me.role_id,
        piece=shared.piece_id,
    )
    client_id = uuid5(shared.client_id, row.id) if shared.client_id else None
    draft = NewMessage(chat_id=chat_id, content=row.name, image_url=str(row.image_url), client_id=client_id)
    return await send_message(db, me, draft)
