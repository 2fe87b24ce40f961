"""Read wardrobe items. Only their owner finds them."""

from collections import Counter
from typing import Any

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.keyset_paging import open_cursor, page_size, seal_cursor
from neural_threads.platform.errors import NotFound
from neural_threads.platform.serialization.text import search_text

from .shapes import EVERYTHING, Counts, SavedFrom, WardrobeItem, WardrobeSearch

COLUMNS = """
w.id, w.customer_id, '/media/' || w.image_id as image_url, w.portfolio_item_id, w.category, w.subcategory,
w.color, w.brand, w.name, w.created_at, w.updated_at
"""

SEARCHED = r"""
   and (%(search)s::text is null
        or w.search_text like '%%' || regexp_replace(plain(normalize(%(search)s::text, NFKC)), '([\\%%_])', '\\\1', 'g') || '%%')
"""

PAGE = f"""
select {COLUMNS}, (extract(epoch from w.created_at) * 1000000)::bigint as place
  from wardrobe_items w
 where w.customer_id = %(me)s
   and (%(category)s::text[] is null or w.category = any(%(category)s::text[]))
   and (%(subcategory)s::text[] is null or w.subcategory = any(%(subcategory)s::text[]))
   {SEARCHED}
   and (%(place)s::bigint is null
        or (w.created_at, w.id) < (timestamptz 'epoch' + %(place)s::bigint * interval '1 microsecond', %(id)s::text))
 order by w.created_at desc, w.id desc
 limit %(limit)s
"""  # noqa: S608 - put together from constants

COUNTS = f"""
select w.category, w.subcategory, count(*) as many
  from wardrobe_items w
 where w.customer_id = %(me)s {SEARCHED}
 group by w.category, w.subcategory
"""  # noqa: S608 - put together from constants


class _Row(WardrobeItem, frozen=True, kw_only=True):
    """With its place in the list."""

    place: int


async def wardrobe_of(db: Db, me: Person, search: WardrobeSearch) -> tuple[list[WardrobeItem], str | None]:
    """A page of my items, the newest first, and the cursor of the page after it."""
    filters = _filters(search)
    scope = f"wardrobe {me.id} {filters}"
    place, id = open_cursor(scope, search.cursor) if search.cursor else (None, None)
    limit = page_size(search.limit)
    rows = await db.search(_Row, PAGE, me=me.customer_id, **filters, place=place, id=id, limit=limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return [_item(row) for row in rows[:limit]], seal_cursor(scope, last.place, last.id) if last else None


async def count_wardrobe(db: Db, me: Person, search: WardrobeSearch = EVERYTHING) -> Counts:
    """Return how many items I have of each kind, among those that contain the words and fit the other filter."""
    rows = await db.search(_Heap, COUNTS, me=me.customer_id, search=search_text(search.search))
    categories, subcategories = Counter[str](), Counter[str]()
    fitting = 0
    for heap in rows:
        is_of_category = not search.category or heap.category in search.category
        is_of_subcategory = not search.subcategory or heap.subcategory in search.subcategory
        fitting += heap.many if is_of_category and is_of_subcategory else 0
        if is_of_subcategory:
            categories[heap.category] += heap.many
        if is_of_category and heap.subcategory:
            subcategories[heap.subcategory] += heap.many
    total = sum(heap.many for heap in rows)
    return Counts(total=total, fitting=fitting, categories=categories, subcategories=subcategories)


class _Heap(msgspec.Struct, frozen=True):
    category: str
    subcategory: str | None
    many: int


async def item_for(db: Db, me: Person, id: str) -> WardrobeItem:
    """One piece of mine; NotFound for any other."""
    row = await db.maybe(
        WardrobeItem,
        f"select {COLUMNS} from wardrobe_items w where w.id = %(id)s and w.customer_id = %(me)s",  # noqa: S608
        id=id,
        me=me.customer_id,
    )
    if row is None:
        raise NotFound
    return row


async def saved_designs_of(db: Db, me: Person, portfolio_item_ids: list[str]) -> dict[str, str]:
    """Return which of these designs I keep: the design's id, and that of my item."""
    rows = await db.all(
        _Saved,
        """
        select portfolio_item_id, id
          from wardrobe_items
         where customer_id = %(me)s and portfolio_item_id = any(%(ids)s::text[])
        """,
        me=me.customer_id,
        ids=portfolio_item_ids,
    )
    return {one.portfolio_item_id: one.id for one in rows}


async def providers_of(db: Db, portfolio_item_ids: list[str]) -> dict[str, SavedFrom]:
    """Return whose designs these are, by the designs' ids."""
    rows = await db.all(
        SavedFrom,
        """
        select i.id as design_id, d.id as designer_id, u.name
          from portfolio_items i join designers d on d.id = i.designer_id join users u on u.id = d.user_id
         where i.id = any(%(ids)s::text[])
        """,
        ids=portfolio_item_ids,
    )
    return {one.design_id: one for one in rows}


class _Saved(msgspec.Struct, frozen=True):
    portfolio_item_id: str
    id: str


def _item(row: _Row) -> WardrobeItem:
    return WardrobeItem(**{name: getattr(row, name) for name in WardrobeItem.__struct_fields__})


def _filters(search: WardrobeSearch) -> dict[str, Any]:
    return {
        "category": sorted(set(search.category)) or None,
        "subcategory": sorted(set(search.subcategory)) or None,
        "search": search_text(search.search),
    }
