"""Read wardrobe items. Only their owner finds them."""

from collections import Counter
from uuid import UUID

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.containing import contains, contains_words
from neural_threads.platform.db.keyset_paging import Keyset, page_size
from neural_threads.platform.errors import NotFound
from neural_threads.platform.images.perceptual_hash import is_alike

from .search_words import MOST_MEANINGS, Meaning, names_of, split_search
from .shapes import EVERYTHING, Counts, SavedFrom, WardrobeItem, WardrobeSearch

COLUMNS = Sql("""
w.id, w.customer_id, '/media/' || w.image_id as image_url, w.portfolio_item_id, w.category, w.subcategory,
w.color, w.brand, w.name, w.pattern, w.price, w.read_at is not null as is_read, w.colors,
'/media/' || w.cutout_id as cutout_url, w.cutout_state, w.suggested, w.worn_count, w.last_worn_on,
round(w.price / nullif(w.worn_count, 0), 2) as cost_per_wear,
(select jsonb_build_object('orderId', r.id, 'tailorId', r.tailor_id, 'tailorName', tu.name, 'promisedDate', r.promised_date)
   from alteration_requests r join tailors t on t.id = r.tailor_id join users tu on tu.id = t.user_id
  where r.wardrobe_item_id = w.id and r.customer_id = w.customer_id and r.status in ('ACCEPTED', 'IN_PROGRESS')
  order by r.created_at desc, r.id desc limit 1) as at_tailor,
w.created_at, w.updated_at
""")

# "Amma's" is also "ammas". The stored text has no other apostrophe than this one.
LETTERS = Sql("replace(w.search_text, '''', '')")

# Each of these words may stand for more than itself: see search_words.
MEANT = "".join(
    sql(
        """
   and (%(typed{n})s::text is null
        or w.search_text like {typed} or {letters} like {typed} or w.search_text ~ %(words{n})s::text
        or lower(w.color) = any(%(colors{n})s::text[]) or w.category = any(%(categories{n})s::text[])
        or w.subcategory = any(%(occasions{n})s::text[]))
""",
        n=n,
        letters=LETTERS,
        typed=contains(f"%(typed{n})s::text"),
    )
    for n in range(MOST_MEANINGS)
)

SEARCHED = Sql(f"""
   and (%(search)s::text is null or w.search_text like {contains_words()} or {LETTERS} like {contains_words()})
   {MEANT}
   and (%(families)s::text[] is null
        or string_to_array(lower(w.color), ' ') && %(families)s::text[]
        or w.color is null and w.colors -> 0 ->> 'name' = any(%(families)s::text[]))
   and (%(pattern)s::text[] is null or coalesce(w.pattern, w.suggested ->> 'pattern') = any(%(pattern)s::text[]))
   and (%(not_worn_for)s::int is null
        or coalesce(w.last_worn_on, (w.created_at at time zone 'Asia/Kolkata')::date)
           < (now() at time zone 'Asia/Kolkata')::date - %(not_worn_for)s::int)
""")

NEWEST = Keyset("w.created_at", "w.id")

PAGE = sql(
    """
select {columns}, {newest.column}
  from wardrobe_items w
 where w.customer_id = %(me)s
   and (%(category)s::text[] is null or w.category = any(%(category)s::text[]))
   and (%(subcategory)s::text[] is null or w.subcategory = any(%(subcategory)s::text[]))
   {searched}
   and {newest.after}
 {newest.order}
""",
    columns=COLUMNS,
    newest=NEWEST,
    searched=SEARCHED,
)

COUNTS = sql(
    """
select w.category, w.subcategory, count(*) as many
  from wardrobe_items w
 where w.customer_id = %(me)s {searched}
 group by w.category, w.subcategory
""",
    searched=SEARCHED,
)


async def wardrobe_of(db: Db, me: Person, search: WardrobeSearch) -> tuple[list[WardrobeItem], str | None]:
    """A page of my items, the newest first, and the cursor of the page after it."""
    filters = _filters(search)
    scope = f"wardrobe {me.id} {filters}"
    return await db.page(
        WardrobeItem,
        PAGE,
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        is_search=True,
        me=me.customer_id,
        **filters,
    )


async def count_wardrobe(db: Db, me: Person, search: WardrobeSearch = EVERYTHING) -> Counts:
    """Return how many items I have of each kind, among those that contain the words and fit the other filter."""
    filters = _filters(search)
    kept = {name: value for name, value in filters.items() if name not in ("category", "subcategory")}
    rows = await db.search(_Heap, COUNTS, me=me.customer_id, **kept)
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
    """Return one of my items; NotFound for any other."""
    return await db.found(
        WardrobeItem,
        sql("select {columns} from wardrobe_items w where w.id = %(id)s and w.customer_id = %(me)s", columns=COLUMNS),
        id=id,
        me=me.customer_id,
    )


async def items_of(db: Db, me: Person, ids: list[str]) -> list[WardrobeItem]:
    """Return those of these items that are mine, in the given order."""
    if not ids:
        return []
    rows = await db.all(
        WardrobeItem,
        sql(
            "select {columns} from wardrobe_items w where w.id = any(%(ids)s::text[]) and w.customer_id = %(me)s",
            columns=COLUMNS,
        ),
        ids=ids,
        me=me.customer_id,
    )
    return sorted(rows, key=lambda item: ids.index(item.id))


async def item_by_client_id(db: Db, me: Person, client_id: UUID | None) -> WardrobeItem:
    """The item that I added under this name; NotFound when there is none."""
    sql = "select id from wardrobe_items where client_id = %(client_id)s and customer_id = %(me)s"
    id = await db.value(sql, client_id=client_id, me=me.customer_id)
    if id is None:
        raise NotFound
    return await item_for(db, me, id)


async def similar_items_of(db: Db, me: Person, image_hash: bytes | None, *, but: str) -> list[str]:
    """Return the ids of my items, the newest first, whose images show the same as the one with this hash."""
    if image_hash is None:
        return []
    hashed = await db.all(
        _Hashed,
        """
        select id, image_hash from wardrobe_items
         where customer_id = %(me)s and id <> %(but)s and image_hash is not null
         order by created_at desc, id desc
        """,
        me=me.customer_id,
        but=but,
    )
    return [item.id for item in hashed if is_alike(image_hash, item.image_hash)]


class _Hashed(msgspec.Struct, frozen=True):
    id: str
    image_hash: bytes


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


def _filters(query: WardrobeSearch) -> dict[str, object]:
    search, meanings = split_search(query.search)
    return {
        "category": sorted(set(query.category)) or None,
        "subcategory": sorted(set(query.subcategory)) or None,
        "families": names_of(query.color_family) or None,
        "pattern": sorted(set(query.pattern)) or None,
        "not_worn_for": query.not_worn_for_days,
        "search": search or None,
        **_slots(meanings),
    }


def _slots(meanings: list[tuple[str, Meaning]]) -> dict[str, list[str] | str | None]:
    """The places of MEANT, filled as far as there are meanings."""
    slots: dict[str, list[str] | str | None] = {}
    for n in range(MOST_MEANINGS):
        typed, meaning = meanings[n] if n < len(meanings) else (None, Meaning())
        slots |= {f"typed{n}": typed, f"words{n}": meaning.pattern}
        slots |= {f"{name}{n}": sorted(getattr(meaning, name)) for name in ("colors", "categories", "occasions")}
    return slots
