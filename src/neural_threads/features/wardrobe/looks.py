"""Looks: several items that are worn together, as lehenga, blouse and dupatta."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.keyset_paging import FIRST_PAGE, Keyset, Limit, page_size
from neural_threads.platform.errors import Invalid, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.types import Id, Incoming, Moment, Shape, Text

from .actions import owner
from .shapes import WardrobeCategory, Word

MOST_PARTS = 12
LookName = Annotated[str, Meta(pattern=r"\A(?=[^\x00]*\S)[^\x00\r\n]*\Z", min_length=1, max_length=120)]


class LookPart(Shape, frozen=True, kw_only=True):
    """A piece in a look. `part`: what it is in it, in its owner's words. `cutoutUrl`: when its cut-out is shown."""

    item_id: str
    part: str | None
    name: str | None
    category: WardrobeCategory
    image_url: PrivateImage
    cutout_url: PrivateImage | None

    @property
    def shown_url(self) -> PrivateImage:
        """The cut-out when it is shown, else the image."""
        return self.cutout_url or self.image_url


class Look(Shape, frozen=True, kw_only=True):
    """Pieces that belong together, in the order in which their owner put them."""

    id: str
    name: str
    parts: list[LookPart]
    created_at: Moment
    updated_at: Moment


class NewPart(Incoming, frozen=True, kw_only=True):
    """A piece for a look."""

    item_id: Id
    part: Word | None = None


Parts = Annotated[list[NewPart], Meta(min_length=1, max_length=MOST_PARTS)]


class NewLook(Incoming, frozen=True, kw_only=True):
    """A look to be."""

    name: LookName
    parts: Parts

    def problems(self) -> Mapping[str, str]:
        return _doubled(self.parts)


class LookChange(Incoming, frozen=True, kw_only=True):
    """A change of a look; parts are replaced together."""

    name: LookName | UnsetType = UNSET
    parts: Parts | UnsetType = UNSET

    def problems(self) -> Mapping[str, str]:
        if isinstance(self.parts, UnsetType):
            return {} if not isinstance(self.name, UnsetType) else {"name": _("Say what is to change.")}
        return _doubled(self.parts)


class LookSearch(Incoming, frozen=True, kw_only=True):
    """The looks to return: those with a certain item, or all."""

    item_id: Id | None = None
    limit: Limit | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None


NEWEST = Keyset("l.created_at", "l.id")

COLUMNS = """
select l.id, l.name, l.created_at, l.updated_at,
       coalesce((
         select jsonb_agg(jsonb_build_object(
                  'itemId', w.id, 'part', p.part, 'name', w.name, 'category', w.category, 'imageUrl', '/media/' || w.image_id,
                  'cutoutUrl', case when w.cutout_state = 'SHOWN' then '/media/' || w.cutout_id end) order by p.position)
           from wardrobe_look_parts p join wardrobe_items w on w.id = p.item_id
          where p.look_id = l.id), '[]') as parts
"""

MINE = """
  from wardrobe_looks l
 where l.customer_id = %(me)s
   and (%(id)s::text is null or l.id = %(id)s::text)
   and (%(item)s::text is null
        or exists (select from wardrobe_look_parts p where p.look_id = l.id and p.item_id = %(item)s::text))
"""

LOOKS = f"{COLUMNS}, {NEWEST.column} {MINE} and {NEWEST.after} {NEWEST.order}"


async def looks_of(db: Db, me: Person, search: LookSearch) -> tuple[list[Look], str | None]:
    """A page of my looks, the newest first, and the cursor of the page after it."""
    scope = f"looks {me.id} {search.item_id}"
    return await db.page(
        Look,
        LOOKS,
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        is_search=True,
        me=me.customer_id,
        id=None,
        item=search.item_id,
    )


async def look_for(db: Db, me: Person, id: str) -> Look:
    """Return one of my looks; NotFound for any other."""
    return await db.found(Look, LOOKS, me=me.customer_id, id=id, item=None, **FIRST_PAGE, limit=1)


async def make_look(db: Db, me: Person, new: NewLook, *, client_id: UUID | None = None) -> Look:
    """Keep pieces of mine as a look. Invalid, at `parts`, when one of them is not mine.

    The same `client_id` again is the look that is there.
    """
    id = new_id()
    is_new = await db.execute(
        """
        insert into wardrobe_looks (id, customer_id, name, client_id) values (%(id)s, %(me)s, %(name)s, %(client_id)s)
            on conflict (customer_id, client_id) where client_id is not null do nothing
        """,
        id=id,
        me=owner(me),
        name=new.name.strip(),
        client_id=client_id,
    )
    if not is_new:
        sql = "select id from wardrobe_looks where customer_id = %(me)s and client_id = %(client_id)s"
        return await look_for(db, me, await db.value(sql, me=me.customer_id, client_id=client_id) or id)
    await _set_parts(db, me, id, new.parts)
    return await look_for(db, me, id)


async def change_look(db: Db, me: Person, id: str, change: LookChange) -> Look:
    """Rename a look, or replace its parts."""
    name = None if isinstance(change.name, UnsetType) else change.name.strip()
    changed = await db.execute(
        """
        update wardrobe_looks set name = coalesce(%(name)s, name), updated_at = now()
         where id = %(id)s and customer_id = %(me)s
        """,
        id=id,
        me=owner(me),
        name=name,
    )
    if not changed:
        raise NotFound
    if not isinstance(change.parts, UnsetType):
        await db.execute("delete from wardrobe_look_parts where look_id = %(id)s", id=id)
        await _set_parts(db, me, id, change.parts)
    return await look_for(db, me, id)


async def remove_look(db: Db, me: Person, id: str) -> None:
    """Take a look apart; its items stay."""
    sql = "delete from wardrobe_looks where id = %(id)s and customer_id = %(me)s"
    if not await db.execute(sql, id=id, me=owner(me)):
        raise NotFound


async def _set_parts(db: Db, me: Person, look_id: str, parts: Sequence[NewPart]) -> None:
    stored = await db.execute(
        """
        insert into wardrobe_look_parts (look_id, item_id, part, position)
        select %(look)s, w.id, nullif(trim(given.part), ''), given.place
          from unnest(%(ids)s::text[], %(parts)s::text[]) with ordinality as given (id, part, place)
          join wardrobe_items w on w.id = given.id and w.customer_id = %(me)s
        """,
        look=look_id,
        me=owner(me),
        ids=[part.item_id for part in parts],
        parts=[part.part for part in parts],
    )
    if stored != len(parts):
        raise Invalid(fields={"parts": _("Choose items of your own wardrobe.")})


def _doubled(parts: Sequence[NewPart]) -> dict[str, str]:
    is_doubled = len({part.item_id for part in parts}) < len(parts)
    return {"parts": _("Choose each item only once.")} if is_doubled else {}
