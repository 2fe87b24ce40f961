"""Read designers. PostgreSQL builds the JSON of the API; pages decode it into the same Structs.

Building it there costs the server a third of the CPU that rows turned into objects and back into text would.
"""

from collections.abc import Iterator, Sequence

from msgspec import Raw

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.catalog.attempts import SOON, THESE, Attempt, page_by
from neural_threads.features.catalog.counts import (
    FEW,
    LOOKED_AT,
    MOST_COUNTED,
    SCAN,
    Kind,
    Tally,
    count_of,
    facets_of,
    remembered,
)
from neural_threads.features.portfolio.item_json import ITEM_JSON, WIRE_TIME
from neural_threads.features.search_words.names import respelled
from neural_threads.platform.db import Db
from neural_threads.platform.db.containing import contains
from neural_threads.platform.db.rows import json_decoder
from neural_threads.platform.errors import Forbidden, NotFound, NotSignedIn
from neural_threads.platform.ids import is_id

from .shapes import Designer, DesignerProfile, DesignerSearch, SortBy, SortOrder

# Among how many of the best rated we look for designers like one.
CANDIDATES = 600
SIMILAR = 4
SHOWN_REVIEWS = 10
LARGEST_PORTFOLIO = 200

# Searched text as a pattern; `%%`, `_` and `\` in it mean themselves.
CONTAINS = contains()

TYPED = "plain(normalize(%(search)s::text, NFKC))"
# One or two letters have no trigram; the index of letter pairs knows the names with them.
ARE_LETTERS = f"coalesce(%(by_letters)s::boolean and length({TYPED}) between 1 and 2, false)"
NAMED = f"""
      {{0}}.search_name is not null
  and (%(search)s::text is null or {{0}}.search_name like {CONTAINS})
"""
NAMED_BY_INDEX = f"""
      {{0}}.search_name is not null
  and (%(search)s::text is null or {ARE_LETTERS} or {{0}}.search_name like {CONTAINS})
  and (not {ARE_LETTERS} or letter_pairs({{0}}.search_name) @> array[{TYPED}])
"""

# A budget is met when an item's range touches it. The saved are an array, so that they are found by their ids: as a
# subquery behind "or" they were looked for among all designers.
OF_TRAITS = """
  and (%(niches)s::text[] is null or d.design_niches && %(niches)s::text[])
  and (%(languages)s::text[] is null or d.languages && %(languages)s::text[])
  and (%(location)s::text is null or d.location = %(location)s::text)
  and (%(min_experience)s::int is null or d.years_of_experience >= %(min_experience)s::int)
  and (%(max_experience)s::int is null or d.years_of_experience <= %(max_experience)s::int)
  and (coalesce(%(min_budget)s::numeric, %(max_budget)s::numeric) is null
         or d.budgets && numrange(%(min_budget)s::numeric, %(max_budget)s::numeric, '[]'))
  and (%(saved_by)s::text is null
         or d.id = any(array(select s.designer_id from saved_designers s where s.customer_id = %(saved_by)s::text)))
"""
FOUND = NAMED.format("d") + OF_TRAITS
INDEXED = NAMED_BY_INDEX.format("d") + OF_TRAITS

CARD_FIELDS = """
  'id', d.id, 'userId', d.user_id, 'name', u.name, 'bio', d.bio, 'location', d.location,
  'yearsOfExperience', d.years_of_experience, 'designNiches', d.design_niches, 'languages', d.languages,
  'profilePhoto', '/media/' || d.photo_id, 'rating', d.rating, 'reviewCount', d.review_count,
  'isSaved', exists (select from saved_designers s where s.customer_id = %(customer)s::text and s.designer_id = d.id)
"""


def _items(most: int) -> str:
    """The pieces of designer `d` as a JSON array, in the provider's order."""
    return f"""
coalesce((select json_agg({ITEM_JSON} order by i.position, i.id desc)
            from (select * from portfolio_items i where i.designer_id = d.id
                   order by i.position, i.id desc limit {most}) i), '[]')
"""  # noqa: S608 - put together from constants


def reviews_of(provider: str, column: str, requests: str) -> str:
    """The newest reviews as a JSON array: of the provider with this id, whose `requests` tell which of them are verified."""
    return f"""
coalesce((
     select json_agg(json_build_object(
              'id', r.id, 'customerId', r.customer_id, 'customerName', author.name,
              'designerId', r.designer_id, 'tailorId', r.tailor_id,
              'rating', r.rating, 'comment', r.comment, 'reply', r.reply,
              'verified', exists (select from {requests} q where q.customer_id = r.customer_id
                                     and q.{column} = r.{column} and q.status = 'COMPLETED'),
              'repliedAt', to_char(r.replied_at at time zone 'UTC', {WIRE_TIME}),
              'createdAt', to_char(r.created_at at time zone 'UTC', {WIRE_TIME}),
              'updatedAt', to_char(r.updated_at at time zone 'UTC', {WIRE_TIME}))
            order by r.created_at desc, r.id desc)
       from (select * from reviews r where r.{column} = {provider}
              order by r.created_at desc, r.id desc limit {SHOWN_REVIEWS}) r
       join customers c on c.id = r.customer_id join users author on author.id = c.user_id), '[]')
"""  # noqa: S608 - put together from constants


def ratings_of(provider: str, column: str) -> str:
    """Return how many gave one star, two, … five: a JSON array."""
    return f"""
(select json_build_array(
                count(*) filter (where rating = 1), count(*) filter (where rating = 2), count(*) filter (where rating = 3),
                count(*) filter (where rating = 4), count(*) filter (where rating = 5))
                from reviews where {column} = {provider})
"""  # noqa: S608 - put together from constants


CARD = f"json_build_object({CARD_FIELDS}, 'portfolioItems', {_items(3)})"

ORDERS = {
    (SortBy.RATING, SortOrder.DESC): "d.rating desc, d.review_count desc, d.id",
    (SortBy.RATING, SortOrder.ASC): "d.rating, d.review_count desc, d.id",
    (SortBy.EXPERIENCE, SortOrder.DESC): "d.years_of_experience desc, d.review_count desc, d.id",
    (SortBy.EXPERIENCE, SortOrder.ASC): "d.years_of_experience, d.review_count desc, d.id",
    (SortBy.REVIEWS, SortOrder.DESC): "d.review_count desc, d.id",
    (SortBy.REVIEWS, SortOrder.ASC): "d.review_count, d.id",
}


def _list(page: str, order: str, unless: str = "false") -> str:
    return f"""
with {page}
select case when {unless} then null else convert_to(coalesce(json_agg({CARD} order by {order}), '[]')::text, 'UTF8') end
  from page join designers d using (id) join users u on u.id = d.user_id
"""  # noqa: S608 - put together from constants


# The ids come from the index of the order, a page of them and no more; only these are joined and dressed.
LIST = {
    key: _list(
        f"""page as materialized (
  select d.id from designers d where {FOUND} order by {order} limit %(limit)s offset %(offset)s
)""",  # noqa: S608 - put together from constants
        order,
    )
    for key, order in ORDERS.items()
}


def _scanned(order: str, most: str) -> str:
    """The same of at most so many; null when the page is not full by then."""
    return _list(
        f"""page as materialized (
  select d.id from (select d.* from designers d where d.search_name is not null order by {order} limit {most}) d
   where {FOUND} order by {order} limit %(limit)s offset %(offset)s
)""",  # noqa: S608 - put together from constants
        order,
        unless="(select count(*) from page) < %(limit)s",
    )


# Of a limit that is written out the planner knows that it is small, so one plan does for all filters.
SCANNED_SOON = {key: _scanned(order, str(SCAN + 2 * SOON)) for key, order in ORDERS.items()}
SCANNED = {key: _scanned(order, f"{SCAN} + 2 * %(offset)s::bigint") for key, order in ORDERS.items()}

# Everybody who fits, found by the filters' own indexes, then sorted.
SORTED = {
    key: _list(
        f"""fitting as materialized (select d.* from designers d where {INDEXED}),
page as materialized (select d.id from fitting d order by {order} limit %(limit)s offset %(offset)s)""",  # noqa: S608
        order,
    )
    for key, order in ORDERS.items()
}

# Those who were found when they were counted.
OF_THESE = {
    key: _list(
        f"""page as materialized (
  select d.id from designers d where d.id = any({THESE}) order by {order} limit %(limit)s offset %(offset)s
)""",  # noqa: S608 - put together from constants
        order,
    )
    for key, order in ORDERS.items()
}

# How many of some designers fit: of the best rated, so that the planner always reads the same index.
GLANCE = f"""
select count(*)
  from (select d.* from designers d where d.search_name is not null
         order by d.rating desc, d.review_count desc, d.id limit {LOOKED_AT}) d
 where {FOUND}
"""  # noqa: S608 - put together from constants

# One's own are few, and counted to the last.
COUNT = f"""
select json_build_array(count(*), case when count(*) <= {MOST_COUNTED} then array_agg(id) end)
  from (select d.id from designers d where {INDEXED}
         limit case when %(saved_by)s::text is null then {MOST_COUNTED + 1} end) counted
"""  # noqa: S608 - put together from constants

# Alike is who shares most niches and languages; of those who share as much, the better rated. Looked for among the
# best rated of all, so that the cost does not grow with the catalogue.
PROFILE = f"""
with me as materialized (
  select d.*, u.name, u.email from designers d join users u on u.id = d.user_id
   where d.id = %(id)s and d.search_name is not null
),
best as materialized (
  select d.id, d.design_niches || d.languages as traits, d.rating, d.review_count from designers d
   where d.search_name is not null order by d.rating desc, d.review_count desc, d.id limit {CANDIDATES}
),
alike as materialized (
  select best.id, row_number() over (order by shared.many desc, best.rating desc, best.review_count desc, best.id) as place
    from best, me,
         lateral (select count(*) as many from unnest(best.traits) t where t = any (me.design_niches || me.languages)) shared
   where best.id <> me.id and shared.many > 0
   order by place limit {SIMILAR}
)
select convert_to((jsonb_build_object({CARD_FIELDS}) || jsonb_build_object(
  'createdAt', to_char(d.created_at at time zone 'UTC', {WIRE_TIME}),
  'portfolioItems', {_items(LARGEST_PORTFOLIO)},
  'reviews', {reviews_of("d.id", "designer_id", "design_requests")},
  'ratings', {ratings_of("d.id", "designer_id")},
  'similarDesigners', coalesce((
     select json_agg({CARD} order by alike.place)
       from alike join designers d on d.id = alike.id join users u on u.id = d.user_id), '[]'),
  'canReview', %(customer)s::text is not null and not exists (
     select from reviews r where r.designer_id = d.id and r.customer_id = %(customer)s::text)
) || case when %(knows)s::boolean then jsonb_build_object('phone', d.phone, 'email', d.email) else '{{}}' end)::text, 'UTF8')
  from me d, (select name from me) u
"""  # noqa: S608 - put together from constants


async def find_designers(db: Db, me: Person | None, search: DesignerSearch, tally: Tally | None = None) -> Raw:
    """Return one page of the designers that `search` describes: a JSON array of `Designer`. `tally`: their count."""
    limit = search.page_size if tally is None or tally.is_least else min(search.page_size, tally.total - search.offset)
    if limit <= 0:
        return Raw(b"[]")
    page = {"limit": limit, "offset": search.offset}
    given = {**search.filters, **page, "saved_by": _saver(me, search), "customer": customer_of(me)}
    return await page_by(db, _attempts(search, tally), given)


def _attempts(search: DesignerSearch, tally: Tally | None) -> Iterator[Attempt]:
    """The statement that finds this page soonest; then the one for when that scans too far."""
    key = (search.sort_by, search.sort_order)
    if tally is None or search.saved:
        yield Attempt(LIST[key])
    elif tally.ids is not None:
        yield Attempt(OF_THESE[key], {"ids": list(tally.ids)}, keeps_plan=True)
    else:
        yield Attempt(SCANNED_SOON[key], keeps_plan=True) if search.offset <= SOON else Attempt(SCANNED[key])
        yield Attempt(SORTED[key], {"by_letters": tally.is_sparse or None})


async def count_designers(db: Db, me: Person | None, search: DesignerSearch) -> Tally:
    """Return how many `search` describes on all pages: exactly up to `MOST_COUNTED`, one's own, and where it is known."""
    if search.facets is not None:
        return Tally(count_of(await count_facets(db), *search.facets))
    if saver := _saver(me, search):
        return Tally((await _counted(db, search, saver))[0])

    async def count() -> Tally:
        is_sparse = search.is_short and (await db.search(int, GLANCE, **search.filters, saved_by=None))[0] < FEW
        return Tally.of(*await _counted(db, search, is_sparse=is_sparse), is_sparse=is_sparse)

    return await remembered(("designers", search.filters), count, "designers")


async def _counted(
    db: Db, search: DesignerSearch, saver: str | None = None, *, is_sparse: bool = False
) -> tuple[int, list[str] | None]:
    given = {**search.filters, "saved_by": saver, "by_letters": is_sparse or None}
    return (await db.search(tuple[int, list[str] | None], COUNT, **given))[0]


async def count_forgivingly(db: Db, me: Person | None, search: DesignerSearch) -> tuple[DesignerSearch, Tally]:
    """Return what to look for, and how many there are: when nobody is called as it was typed, who is called nearly so."""
    tally = await count_designers(db, me, search)
    for other in await respelled(db, search) if tally.total == 0 else []:
        nearly = await count_designers(db, me, other)
        if nearly.total:
            return other, nearly
    return search, tally


async def count_facets(db: Db) -> dict[str, int]:
    """Return how many listed designers have each niche, language and place."""
    return await facets_of(db, Kind.DESIGNER)


async def designer_for(db: Db, me: Person | None, id: str) -> Raw:
    """Return the JSON of a `DesignerProfile` as `me` may see it. NotFound when nobody of that id is listed."""
    if not is_id(id):
        raise NotFound
    return Raw(await db.found(bytes, PROFILE, id=id, customer=customer_of(me), knows=me is not None))


def read_cards(raw: Raw) -> list[Designer]:
    """Return what `find_designers` found, as shapes."""
    return _cards.decode(raw)


def read_profile(raw: Raw) -> DesignerProfile:
    """Return what `designer_for` found, as a shape."""
    return _profile.decode(raw)


def words_of_list(cards: Sequence[Designer], *, names: bool) -> frozenset[str]:
    """Return the words of the catalogue at which a list with these cards is no longer true (platform/cache.py).

    `names`: looked for by name, which is spelled as any provider of ours spells it.
    """
    return frozenset({"designers", *(["tailors"] if names else []), *(card.id for card in cards)})


def words_of_profile(designer: DesignerProfile) -> frozenset[str]:
    """Return the words of the catalogue at which this profile is no longer true. Who is alike may be minutes old."""
    return frozenset({designer.id, *(one.id for one in designer.similar_designers)})


_cards = json_decoder(list[Designer])
_profile = json_decoder(DesignerProfile)


def customer_of(me: Person | None) -> str | None:
    """The id as a customer; None for providers and visitors."""
    return me.customer_id if me else None


def _saver(me: Person | None, search: DesignerSearch) -> str | None:
    """Return whose saved designers are asked for, if they are."""
    if not search.saved:
        return None
    if me is None:
        raise NotSignedIn
    if me.customer_id is None:
        raise Forbidden
    return me.customer_id
