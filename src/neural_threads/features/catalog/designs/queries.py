"""Search designs: newest first, exact words before prefixes and near spellings.

Common wishes are met while scanning the newest items. The scan also shows what is rare about the others: items with rare words
or a rare price come from the index of these; where only all together is rare, we scan on. Each way is capped, so no search is slow.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.portfolio.item_json import ITEM_JSON
from neural_threads.features.search_words.fuzzy import MOST_WORDS, Known, known_words
from neural_threads.features.search_words.kinds import Kind
from neural_threads.features.search_words.meant import meant_words
from neural_threads.platform.db import Db
from neural_threads.platform.db.keyset_paging import open_cursor, page_size, seal_cursor
from neural_threads.platform.db.rows import json_decoder
from neural_threads.platform.serialization.text import search_text

from .shapes import Design, DesignPage, DesignSearch

GLANCE = 600
"""Of so many of the newest pieces, those that fit: common wishes are met by then."""
SCAN = 1200
"""So many are looked at one by one when a glance is not enough; they also show how rare the words and the price are."""
FAR = 12_000
"""So many when nothing about the wish is rare, but all of it together is."""
RARE = 6
"""Rarer than this in the scan, even among a million there are hardly more than five thousand."""
CANDIDATES = 10_000
"""How many pieces with a rare word or price are put in order at most."""
TIERS = 3
LAST_TIER = TIERS - 1

AFTER = """
(%(before_at)s::timestamptz is null or (i.created_at, i.id) < (%(before_at)s::timestamptz, %(before_id)s::text))
"""

# Functions instead of operators where an index must not be used: each statement has the one that suits it.
IS_NEW = "(%(but)s::tsquery is null or not ts_match_vq(i.search_words, %(but)s::tsquery))"
SAYS = f"(%(words)s::tsquery is null or ts_match_vq(i.search_words, %(words)s::tsquery)) and {IS_NEW}"

COSTS = """
(coalesce(%(min_price)s::numeric, %(max_price)s::numeric) is null
   or (i.budget_min is not null or i.budget_max is not null)
      and (i.budget_min is null or %(max_price)s::numeric is null or i.budget_min <= %(max_price)s::numeric)
      and (i.budget_max is null or %(min_price)s::numeric is null or i.budget_max >= %(min_price)s::numeric))
"""

IS_OF = "(%(categories)s::text[] is null or i.category || '' = any (%(categories)s::text[]))"

SPOKEN = """
(%(languages)s::text[] is null
   or (select d.languages from designers d where d.id = i.designer_id) && %(languages)s::text[])
"""

ALL = f"""
select * from portfolio_items i where i.search_words is not null and {AFTER} order by i.created_at desc, i.id desc limit %(scan)s
"""  # noqa: S608 - put together from constants

# Read off the order of the index, so that who has enough may stop. Two categories have to be put in one order first.
OF_ONE = f"""
select * from portfolio_items i
 where i.search_words is not null and i.category = (%(categories)s::text[])[1] and {AFTER}
 order by i.created_at desc, i.id desc limit %(scan)s
"""  # noqa: S608 - put together from constants

OF_TWO = f"""
select one.* from unnest(%(categories)s::text[]) as wanted (category),
       lateral (select * from portfolio_items i
                 where i.search_words is not null and i.category = wanted.category and {AFTER}
                 order by i.created_at desc, i.id desc limit %(scan)s) one
 order by one.created_at desc, one.id desc limit %(scan)s
"""  # noqa: S608 - put together from constants

SOURCES = {"all": ALL, "of one category": OF_ONE, "of two categories": OF_TWO}

# Stops as soon as the page is full.
NEWEST = {
    name: f"""
select i.id, i.created_at::text as at from ({source}) i
 where {SAYS} and {COSTS} and {IS_OF} and {SPOKEN}
 order by i.created_at desc, i.id desc limit %(limit)s
"""  # noqa: S608 - put together from constants
    for name, source in SOURCES.items()
}

# Scans to the end, and counts.
LOOK = {
    name: f"""
with scanned as materialized (
  select i.id, i.created_at, i.designer_id, i.category, {SAYS} as says, {COSTS} as costs from ({source}) i
),
fitting as materialized (
  select i.id, i.created_at from scanned i where i.says and i.costs and {IS_OF} and {SPOKEN}
   order by i.created_at desc, i.id desc limit %(limit)s
)
select count(*)::int as scanned, (count(*) filter (where says))::int as saying, (count(*) filter (where costs))::int as costing,
       array(select f.id from fitting f order by f.created_at desc, f.id desc) as ids,
       array(select f.created_at::text from fitting f order by f.created_at desc, f.id desc) as moments
  from scanned
"""  # noqa: S608 - put together from constants
    for name, source in SOURCES.items()
}


def _rare(index: str, others: str) -> str:
    return f"""
with found as materialized (
  select i.id, i.created_at, i.designer_id from portfolio_items i
   where i.search_words is not null and {index} and {AFTER} and {IS_OF} and {others} limit {CANDIDATES}
)
select i.id, i.created_at::text as at from found i where {SPOKEN}
 order by i.created_at desc, i.id desc limit %(limit)s
"""  # noqa: S608 - put together from constants


# A condition for each word: GIN skips along between conditions, but tries every item that has the rarest word of one.
BY_WORDS = {
    many: _rare(" and ".join(f"i.search_words @@ %(word_{n})s::tsquery" for n in range(many)), f"{IS_NEW} and {COSTS}")
    for many in range(1, MOST_WORDS + 1)
}

BY_PRICE = _rare(
    """numrange(i.budget_min, i.budget_max, '[]') && numrange(%(min_price)s::numeric, %(max_price)s::numeric, '[]')
   and num_nonnulls(i.budget_min, i.budget_max) > 0""",
    SAYS,
)

DRESSED = f"""
select convert_to(coalesce(json_agg(({ITEM_JSON})::jsonb || jsonb_build_object(
  'designer', jsonb_build_object(
     'id', d.id, 'userId', d.user_id, 'name', u.name, 'location', d.location, 'languages', d.languages,
     'profilePhoto', '/media/' || d.photo_id, 'rating', d.rating, 'reviewCount', d.review_count),
  'isSaved', w.id is not null, 'savedItemId', w.id) order by wanted.place), '[]')::text, 'UTF8')
  from unnest(%(ids)s::text[]) with ordinality as wanted (id, place)
  join portfolio_items i using (id)
  join designers d on d.id = i.designer_id
  join users u on u.id = d.user_id
  left join wardrobe_items w on w.customer_id = %(customer)s::text and w.portfolio_item_id = i.id
"""  # noqa: S608 - put together from constants


class Row(msgspec.Struct, frozen=True):
    """The position of a design in the list: its id and, to the microsecond, when it was first shown."""

    id: str
    at: str


class Look(msgspec.Struct, frozen=True):
    """The result of a scan: how many pieces, how many of them with these words and at this price, and which fit altogether."""

    scanned: int
    saying: int
    costing: int
    ids: list[str]
    moments: list[str]

    @property
    def rows(self) -> list[Row]:
        """Those that fit, the newest first."""
        return [Row(id, at) for id, at in zip(self.ids, self.moments, strict=True)]


async def find_designs(db: Db, me: Person | None, search: DesignSearch) -> DesignPage:
    """Return one page of the designs that `wanted` describes."""
    size = page_size(search.limit)
    start: list[Any] = open_cursor(search.scope, search.cursor) if search.cursor else [0, None, None]
    known = await known_words(db, Kind.PIECE, search.search) if search_text(search.search) else None
    rows: list[tuple[int, Row]] = []
    glance = True  # Where the very words did not fill the page, a glance at other words seldom does.
    for tier in range(start[0], TIERS):
        if (words := await _words(db, search.search, known, tier)) is not None:
            before_at, before_id = start[1:] if tier == start[0] else (None, None)
            params = {**search.filters, **words.params, "before_at": before_at, "before_id": before_id}
            params["limit"] = size + 1 - len(rows)
            rows += [(tier, row) for row in await _rows(db, search, words, params, glance=glance)]
            glance = False
        if len(rows) > size:
            break
    shown = rows[:size]
    designs = await designs_of(db, me, [row.id for _tier, row in shown])
    more = len(rows) > size
    cursor = seal_cursor(search.scope, shown[-1][0], shown[-1][1].at, shown[-1][1].id) if more else None
    return DesignPage(designs=designs, next_cursor=cursor)


async def has_designs(db: Db, text: str) -> bool:
    """Return True if a search for these words finds designs: whoever looks for a person may have meant a garment."""
    return bool(search_text(text)) and bool((await find_designs(db, None, DesignSearch(search=text, limit=1))).designs)


async def designs_of(db: Db, me: Person | None, ids: Sequence[str]) -> tuple[Design, ...]:
    """The pieces of these ids, in this order, as `me` sees them."""
    raw = await db.value(DRESSED, ids=list(ids), customer=me.customer_id if me else None) if ids else b"[]"
    return _designs.decode(raw)


async def _rows(db: Db, search: DesignSearch, words: "Words", params: dict[str, Any], *, glance: bool) -> list[Row]:
    source = _source(params["categories"] or ())
    if glance:
        rows = await db.search(Row, NEWEST[source], **params, scan=GLANCE)
        if len(rows) == params["limit"]:
            return rows
    look = (await db.search(Look, LOOK[source], **params, scan=SCAN))[0]
    if len(look.ids) == params["limit"] or look.scanned < SCAN:
        return look.rows
    if words.each and look.saying < RARE:
        return await db.search(Row, BY_WORDS[len(words.each)], **params)
    if search.has_price and look.costing < RARE:
        return await db.search(Row, BY_PRICE, **params)
    return await db.search(Row, NEWEST[source], **params, scan=FAR)


def _source(categories: Sequence[str]) -> str:
    """Return what is scanned; three categories and more are most of the catalogue."""
    return {1: "of one category", 2: "of two categories"}.get(len(categories), "all")


class Words(NamedTuple):
    """The tsqueries, one a word, that a design must match, and those it must not because they found it before."""

    each: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    @property
    def params(self) -> dict[str, str | None]:
        """For the statements: all words together, and one by one."""
        one_by_one = {f"word_{n}": word for n, word in enumerate(self.each)}
        return {"words": " & ".join(self.each) or None, "but": " & ".join(self.but) or None, **one_by_one}


async def _words(db: Db, text: str, known: list[Known] | None, tier: int) -> Words | None:
    """The words exactly, then begun ones, then those of the same meaning or nearly spelled: looked up when the page needs them.

    Each tier leaves out what those before it find; None finds nothing.
    """
    if known is None:
        return Words() if tier == 0 else None
    tiers = [_choices([one.tiers[before] for one in known]) for before in range(min(tier + 1, 2))]
    if tier == LAST_TIER:
        tiers.append(_choices(await meant_words(db, Kind.PIECE, text, known)))
    but = tiers[tier - 1] if tier else ()
    return Words(tiers[tier], but) if tiers[tier] and tiers[tier] != but else None


def _choices(known: list[list[str]]) -> tuple[str, ...]:
    """A tsquery for each word typed: any of those it may stand for. Empty when one of them stands for nothing."""
    return tuple(f"({' | '.join(_quoted(word) for word in words)})" for words in known) if all(known) else ()


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


_designs = json_decoder(tuple[Design, ...])
