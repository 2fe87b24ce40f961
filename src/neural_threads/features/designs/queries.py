"""Finding designs: newest first, those with the very words before those with begun or nearly spelled ones.

Each tier asks twice at most. Common wishes are met while walking the newest pieces; what so few have that the walk
does not meet it is looked up by the index of its words or its price. Both are capped, so no search can be slow.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.marketplace.queries import PIECE
from neural_threads.features.marketplace.spelling import Kind, known_words
from neural_threads.platform.db import Db
from neural_threads.platform.paging import open_cursor, page_size, seal_cursor
from neural_threads.platform.wire import Moment

from .shapes import Design, DesignPage, DesignSearch

WALK = 4000
"""How many of the newest pieces are looked at one by one."""
CANDIDATES = 5000
"""How many pieces with a rare word or price are put in order."""

AFTER = """
(%(before_at)s::timestamptz is null or (i.created_at, i.id) < (%(before_at)s::timestamptz, %(before_id)s::text))
"""

ITEM = """
      (%(words)s::tsquery is null or i.search_words @@ %(words)s::tsquery)
  and (%(categories)s::text[] is null or i.category = any (%(categories)s::text[]))
  and (coalesce(%(min_price)s::numeric, %(max_price)s::numeric) is null
         or (numrange(i.budget_min, i.budget_max, '[]') && numrange(%(min_price)s::numeric, %(max_price)s::numeric, '[]')
             and num_nonnulls(i.budget_min, i.budget_max) > 0))
"""

SPOKEN = """
(%(languages)s::text[] is null
   or (select d.languages from designers d where d.id = i.designer_id) && %(languages)s::text[])
"""

NEWEST = f"""
select i.id, i.created_at::text as at
  from (select * from portfolio_items i where i.search_words is not null and {AFTER}
         order by i.created_at desc, i.id desc limit {WALK}) i
 where {ITEM} and {SPOKEN}
 order by i.created_at desc, i.id desc limit %(limit)s
"""  # noqa: S608 - put together from constants

RARE = f"""
with found as materialized (
  select i.id, i.created_at, i.designer_id from portfolio_items i
   where i.search_words is not null and {AFTER} and {ITEM} limit {CANDIDATES}
)
select i.id, i.created_at::text as at from found i where {SPOKEN}
 order by i.created_at desc, i.id desc limit %(limit)s
"""  # noqa: S608 - put together from constants

DRESSED = f"""
select convert_to(coalesce(json_agg(({PIECE})::jsonb || jsonb_build_object(
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
    """Where a piece stands in the list: its id and, to the microsecond, when it was shown first."""

    id: str
    at: str


async def find_designs(db: Db, me: Person | None, wanted: DesignSearch) -> DesignPage:
    """One page of what `wanted` describes."""
    size = page_size(wanted.limit)
    start: list[Any] = open_cursor(wanted.scope, wanted.cursor) if wanted.cursor else [0, None, None]
    tiers = await _tiers(db, wanted.search)
    found: list[tuple[int, Row]] = []
    for tier in range(start[0], len(tiers)):
        if (words := tiers[tier]) is not None:
            after = start[1:] if tier == start[0] else (None, None)
            found += [(tier, row) for row in await _rows(db, wanted, words, after, size + 1 - len(found))]
        if len(found) > size:
            break
    shown = found[:size]
    designs = await designs_of(db, me, [row.id for _tier, row in shown])
    more = len(found) > size
    cursor = seal_cursor(wanted.scope, shown[-1][0], shown[-1][1].at, shown[-1][1].id) if more else None
    return DesignPage(designs=designs, next_cursor=cursor)


async def designs_of(db: Db, me: Person | None, ids: Sequence[str]) -> tuple[Design, ...]:
    """The pieces of these ids, in this order, as `me` sees them."""
    raw = await db.value(DRESSED, ids=list(ids), customer=me.customer_id if me else None) if ids else b"[]"
    return _designs.decode(raw)


async def _rows(db: Db, wanted: DesignSearch, words: str, after: Any, limit: int) -> list[Row]:
    filters = wanted.filters
    params = {**filters, "words": words or None, "before_at": after[0], "before_id": after[1], "limit": limit}
    found = await db.search(Row, NEWEST, **params)
    is_rare = words or any(filters[name] is not None for name in ("categories", "min_price", "max_price"))
    if len(found) < limit and is_rare:
        found = await db.search(Row, RARE, **params)
    return found


async def _tiers(db: Db, text: str) -> list[str | None]:
    """What a piece's words must match: exactly, then with begun words, then with nearly spelled ones.

    Each leaves out what the one before it finds; "" matches all, None nothing.
    """
    if not text.strip():
        return [""]
    known = await known_words(db, Kind.PIECE, text)
    matches = [_all_of([one.tiers[tier] for one in known]) for tier in range(3)]
    exact, begun, alike = matches
    return [exact, _without(begun, exact), _without(alike, begun)]


def _all_of(choices: list[list[str]]) -> str | None:
    if not choices or not all(choices):
        return None
    return " & ".join(f"({' | '.join(_quoted(word) for word in words)})" for words in choices)


def _without(wide: str | None, narrow: str | None) -> str | None:
    if wide is None or wide == narrow:
        return None
    return wide if narrow is None else f"({wide}) & !({narrow})"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _moment(kind: type, text: Any) -> Any:
    if kind is not Moment:
        raise NotImplementedError(kind.__name__)
    return Moment.of(datetime.fromisoformat(text))


_designs = msgspec.json.Decoder(tuple[Design, ...], dec_hook=_moment)
