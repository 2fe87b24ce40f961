"""Read tailors. PostgreSQL builds the JSON of the API, as for designers.

The nearest are chosen by the GiST index and limited before anything is joined to them. PostGIS takes `ST_DWithin` to leave
one row, so that a plan which joins or sorts after it may take seconds. Where few fit the other filters, walking outward
would pass thousands that do not; then those few are found by their own index and sorted.
"""

from collections.abc import Iterator, Sequence

from msgspec import Raw

from neural_threads.features.accounts.enums import Location
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.catalog.counts import FEW, LOOKED_AT, MOST_COUNTED, WALK, Kind, Tally, count_of, facets_of
from neural_threads.features.catalog.designers.queries import (
    LARGEST_PORTFOLIO,
    NAMED,
    NAMED_BY_INDEX,
    customer_of,
    ratings_of,
    reviews_of,
)
from neural_threads.features.catalog.designers.shapes import SortOrder
from neural_threads.features.portfolio.item_json import WIRE_TIME
from neural_threads.features.search_words.fuzzy import respelled
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.rows import json_decoder
from neural_threads.platform.errors import Invalid, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import is_id

from .shapes import CENTRES, Spot, Standpoint, Tailor, TailorOrder, TailorProfile, TailorSearch

HERE = Sql("st_setsrid(st_makepoint(%(longitude)s::float8, %(latitude)s::float8), 4326)::geography")

OF_PLACE = Sql("t.search_name is not null and (%(location)s::text is null or t.location = %(location)s::text)")

OF_TRAITS = """
  and (%(skills)s::text[] is null or t.skills && %(skills)s::text[])
  and (%(location)s::text is null or t.location = %(location)s::text)
  and (%(min_experience)s::int is null or t.years_of_experience >= %(min_experience)s::int)
  and (%(max_experience)s::int is null or t.years_of_experience <= %(max_experience)s::int)
"""
FOUND = Sql(NAMED.format("t") + OF_TRAITS)
INDEXED = Sql(NAMED_BY_INDEX.format("t") + OF_TRAITS)


def _samples(most: int) -> Sql:
    """The sample work of tailor `t` as a JSON array, in the provider's order."""
    return sql(
        """
coalesce((select json_agg(json_build_object('id', i.id, 'tailorId', i.tailor_id, 'imageUrl', '/media/' || i.image_id,
                            'description', i.description, 'createdAt', to_char(i.created_at at time zone 'UTC', {wire_time}))
                          order by i.position, i.id desc)
            from (select * from sample_works i where i.tailor_id = t.id
                   order by i.position, i.id desc limit {most}) i), '[]')
""",
        wire_time=WIRE_TIME,
        most=most,
    )


def _card(samples: int) -> Sql:
    return Sql(f"""
jsonb_build_object(
  'id', t.id, 'userId', t.user_id, 'name', u.name, 'bio', t.bio, 'location', t.location, 'address', t.address,
  'latitude', st_y(t.position::geometry), 'longitude', st_x(t.position::geometry),
  'distance', round((st_distance(t.position, {HERE}) / 1000)::numeric, 1),
  'yearsOfExperience', t.years_of_experience, 'skills', t.skills, 'languages', t.languages,
  'profilePhoto', '/media/' || t.photo_id, 'rating', t.rating, 'reviewCount', t.review_count,
  'sampleWork', {_samples(samples)})
|| case when %(knows)s::boolean then jsonb_build_object('phone', t.phone, 'email', u.email) else '{{}}' end
""")


CARD = _card(3)

ORDERS = {
    (TailorOrder.RATING, SortOrder.DESC): Sql("t.rating desc, t.review_count desc, t.id"),
    (TailorOrder.RATING, SortOrder.ASC): Sql("t.rating, t.review_count desc, t.id"),
    (TailorOrder.EXPERIENCE, SortOrder.DESC): Sql("t.years_of_experience desc, t.review_count desc, t.id"),
    (TailorOrder.EXPERIENCE, SortOrder.ASC): Sql("t.years_of_experience, t.review_count desc, t.id"),
}
BEST = ORDERS[TailorOrder.RATING, SortOrder.DESC]
NEAR = Sql(f"page.metres nulls last, {BEST}")


def _list(page: Sql, order: Sql, unless: Sql = Sql("false")) -> Sql:
    return sql(
        """
with {page}
select case when {unless} then null else convert_to(coalesce(json_agg({card} order by {order}), '[]')::text, 'UTF8') end
  from page join tailors t using (id) join users u on u.id = t.user_id
""",
        page=page,
        unless=unless,
        card=CARD,
        order=order,
    )


def _ordered(order: Sql, more: Sql = Sql()) -> Sql:
    return _list(
        sql(
            """page as materialized (
  select t.id from tailors t where {found} {more} order by {order} limit %(limit)s offset %(offset)s
)""",
            found=FOUND,
            more=more,
            order=order,
        ),
        order,
    )


# The ids come from the index of the order, a page of them and no more; only these are joined and dressed. Null when the
# page is not full after so many.
WALKED = {
    key: _list(
        sql(
            """page as materialized (
  select t.id from (select t.* from tailors t where t.search_name is not null
                     order by {order} limit {walk} + 2 * %(offset)s::bigint) t
   where {found} order by {order} limit %(limit)s offset %(offset)s
)""",
            order=order,
            walk=WALK,
            found=FOUND,
        ),
        order,
        unless=Sql("(select count(*) from page) < %(limit)s"),
    )
    for key, order in ORDERS.items()
}

# Everybody who fits, found by the filters' own indexes, then sorted.
SORTED = {
    key: _list(
        sql(
            """fitting as materialized (select t.* from tailors t where {indexed}),
page as materialized (select t.id from fitting t order by {order} limit %(limit)s offset %(offset)s)""",
            indexed=INDEXED,
            order=order,
        ),
        order,
    )
    for key, order in ORDERS.items()
}

# With a greatest distance: a narrow circle comes from the GiST index and is sorted, in a wide one we walk down the order.
NARROW = {
    key: _ordered(order, sql("and st_dwithin(t.position, {here}, %(metres)s::float8)", here=HERE))
    for key, order in ORDERS.items()
}
WIDE = {
    key: _ordered(order, sql("and st_distance(t.position, {here}) <= %(metres)s::float8", here=HERE))
    for key, order in ORDERS.items()
}

# `<->` measures on a sphere, ST_Distance on the spheroid, half a percent apart. So the index tells how far we have to look,
# and whoever is within that is put in the exact order. Null when the walk met fewer than asked for; then see below.
NEAREST = _list(
    sql(
        """near as materialized (
  select t.position
    from (select t.* from tailors t where {of_place} and t.position is not null
           order by t.position <-> {here} limit {walk} + %(seen)s) t
   where {found} limit %(seen)s
),
rim as materialized (
  select max(st_distance(near.position, {here})) + 0.001 as metres from near having count(*) = %(seen)s
),
within as materialized (
  select t.id, st_distance(t.position, {here}) as metres, t.rating, t.review_count
    from tailors t where {found} and t.position is not null and st_dwithin(t.position, {here}, (select metres from rim))
),
page as materialized (
  select t.id, t.metres from within t where %(metres)s::float8 is null or t.metres <= %(metres)s::float8
   order by t.metres, {best} limit %(limit)s offset %(offset)s
)""",
        of_place=OF_PLACE,
        here=HERE,
        walk=WALK,
        found=FOUND,
        best=BEST,
    ),
    NEAR,
    unless=Sql("not exists (select from rim)"),
)

# Everybody who fits, found by the filters' own indexes, then sorted. Shops without a place follow, the best rated first.
NEAREST_OF_FEW = _list(
    sql(
        """fitting as materialized (
  select t.id, st_distance(t.position, {here}) as metres, t.rating, t.review_count from tailors t where {indexed}
),
page as materialized (
  select t.id, t.metres from fitting t where %(metres)s::float8 is null or t.metres <= %(metres)s::float8
   order by t.metres nulls last, {best} limit %(limit)s offset %(offset)s
)""",
        here=HERE,
        indexed=INDEXED,
        best=BEST,
    ),
    NEAR,
)

# Those who were found when they were counted, in any order.
NEAREST_OF_THESE = _list(
    sql(
        """page as materialized (
  select t.id, st_distance(t.position, {here}) as metres from tailors t where t.id = any(%(ids)s::text[])
   order by metres nulls last, {best} limit %(limit)s offset %(offset)s
)""",
        here=HERE,
        best=BEST,
    ),
    NEAR,
)
OF_THESE = {
    key: _list(
        sql(
            """page as materialized (
  select t.id from tailors t where t.id = any(%(ids)s::text[]) order by {order} limit %(limit)s offset %(offset)s
)""",
            order=order,
        ),
        order,
    )
    for key, order in ORDERS.items()
}

# Everybody in a circle, when they are few.
NEAREST_WITHIN = _list(
    sql(
        """page as materialized (
  select t.id, st_distance(t.position, {here}) as metres
    from tailors t where {found} and st_dwithin(t.position, {here}, %(metres)s::float8)
   order by metres, {best} limit %(limit)s offset %(offset)s
)""",
        here=HERE,
        found=FOUND,
        best=BEST,
    ),
    NEAR,
)

COUNT = sql(
    """
select json_build_array(count(*), case when count(*) <= {most_counted} then array_agg(id) end)
  from (select t.id from tailors t where {indexed} limit {one_more}) counted
""",
    most_counted=MOST_COUNTED,
    indexed=INDEXED,
    one_more=MOST_COUNTED + 1,
)

# How many of some tailors fit.
GLANCE = sql(
    """
select count(*) from (select t.* from tailors t where {of_place} limit {looked_at}) t where {found}
""",
    of_place=OF_PLACE,
    looked_at=LOOKED_AT,
    found=FOUND,
)

COUNT_WITHIN = sql(
    """
select count(*) from (
  select from tailors t where {found} and st_dwithin(t.position, {here}, %(metres)s::float8) limit {one_more}) counted
""",
    found=FOUND,
    here=HERE,
    one_more=MOST_COUNTED + 1,
)

COUNT_WITHIN_OF_FEW = sql(
    """
with fitting as materialized (select t.position from tailors t where {indexed})
select count(*)
  from (select from fitting where st_distance(position, {here}) <= %(metres)s::float8 limit {one_more}) counted
""",
    indexed=INDEXED,
    here=HERE,
    one_more=MOST_COUNTED + 1,
)

PROFILE = sql(
    """
select convert_to(({card} || jsonb_build_object(
  'createdAt', to_char(t.created_at at time zone 'UTC', {wire_time}),
  'reviews', {reviews},
  'ratings', {ratings},
  'canReview', %(customer)s::text is not null and not exists (
     select from reviews r where r.tailor_id = t.id and r.customer_id = %(customer)s::text)))::text, 'UTF8')
  from tailors t join users u on u.id = t.user_id
 where t.id = %(id)s and t.search_name is not null
""",
    card=_card(LARGEST_PORTFOLIO),
    wire_time=WIRE_TIME,
    reviews=Sql(reviews_of("t.id", "tailor_id", "alteration_requests")),
    ratings=Sql(ratings_of("t.id", "tailor_id")),
)


async def spot_for(db: Db, me: Person | None, target: Standpoint) -> Spot | None:
    """From where to measure: what was said, else the middle of the customer's own quarter. Invalid when needed and unknown."""
    spot = target.spot
    if spot is None and (customer := customer_of(me)):
        quarter = await db.value("select location from customers where id = %(customer)s", customer=customer)
        spot = CENTRES[Location(quarter)] if quarter else None
    if spot is None and target.needs_spot:
        name = "sortBy" if getattr(target, "sort_by", None) is TailorOrder.DISTANCE else "maxDistance"
        raise Invalid(fields={name: _("Give your location first: distances are measured from it.")})
    return spot


async def count_tailors(db: Db, search: TailorSearch, spot: Spot | None) -> Tally:
    """Return how many `search` describes on all pages, seen from `spot`: exactly up to `MOST_COUNTED`, and where it is known."""
    if spot is not None and search.metres is not None:
        return await _count_within(db, search, spot, search.metres)
    if search.facets is not None:
        return Tally(count_of(await count_facets(db), *search.facets))
    is_sparse = search.is_short and await _is_sparse(db, search)
    given = search.filters | {"by_letters": is_sparse or None}
    counted, ids = (await db.search(tuple[int, list[str] | None], COUNT, **given))[0]
    return Tally.of(counted, ids, is_sparse=is_sparse)


async def _count_within(db: Db, search: TailorSearch, spot: Spot, metres: float) -> Tally:
    is_sparse = search.facets != () and await _is_sparse(db, search)
    given = {**search.filters, **spot._asdict(), "metres": metres}
    counted = (await db.search(int, COUNT_WITHIN_OF_FEW if is_sparse else COUNT_WITHIN, **given))[0]
    return Tally.of(counted, is_sparse=is_sparse)


async def _is_sparse(db: Db, search: TailorSearch) -> bool:
    return (await db.search(int, GLANCE, **search.filters))[0] < FEW


async def count_forgivingly(db: Db, search: TailorSearch, spot: Spot | None) -> tuple[TailorSearch, Tally]:
    """Return what to look for, and how many there are: when nobody is called as it was typed, who is called nearly so."""
    tally = await count_tailors(db, search, spot)
    other = await respelled(db, search) if tally.total == 0 else None
    nearly = await count_tailors(db, other, spot) if other else tally
    return (other, nearly) if other and nearly.total else (search, tally)


async def find_tailors(db: Db, search: TailorSearch, spot: Spot | None, tally: Tally, *, knows: bool) -> Raw:
    """One page of the `tally` tailors that `search` describes: a JSON array of `Tailor`. `knows`: with phone and e-mail."""
    limit = search.page_size if tally.is_least else min(search.page_size, tally.total - search.offset)
    if limit <= 0:
        return Raw(b"[]")
    at = spot._asdict() if spot else {"latitude": None, "longitude": None}
    page = {"limit": limit, "offset": search.offset, "seen": search.offset + limit}
    given = {**page, "knows": knows, "metres": search.metres if spot else None, **at, **search.filters}
    for statement, more in _statements(search, tally, search.offset + limit):
        result: bytes | None = (await db.search(bytes, statement, **given | more))[0]
        if result is not None:
            return Raw(result)
    raise AssertionError("the last statement finds the page, were it empty")


def _statements(search: TailorSearch, tally: Tally, seen: int) -> Iterator[tuple[str, dict[str, object]]]:
    """The statement that finds this page soonest, and what it needs; then the one for when that walks too far."""
    is_nearest = search.order is TailorOrder.DISTANCE
    by_letters: dict[str, object] = {"by_letters": tally.is_sparse or None}
    if tally.ids is not None:
        these: dict[str, object] = {"ids": list(tally.ids)}
        yield NEAREST_OF_THESE if is_nearest else OF_THESE[search.order, search.direction], these
    elif is_nearest:
        is_circle = search.metres is not None and not tally.is_sparse
        # The end of a circle is as far as the circle is wide.
        if tally.is_least or not is_circle or seen * 2 < tally.total:
            yield NEAREST, {}
        yield (NEAREST_WITHIN, {}) if is_circle else (NEAREST_OF_FEW, by_letters)
    elif search.metres is not None:
        is_many = tally.is_least or tally.is_sparse
        yield (WIDE if is_many else NARROW)[search.order, search.direction], {}
    else:
        yield WALKED[search.order, search.direction], {}
        yield SORTED[search.order, search.direction], by_letters


async def count_facets(db: Db) -> dict[str, int]:
    """Return how many listed tailors have each skill and place."""
    return await facets_of(db, Kind.TAILOR)


async def tailor_for(db: Db, me: Person | None, id: str, spot: Spot | None = None) -> Raw:
    """The profile as `me` may see it: the JSON of a `TailorProfile`. NotFound when nobody of that id is listed."""
    at = spot._asdict() if spot else {"latitude": None, "longitude": None}
    result = is_id(id) and await db.search(bytes, PROFILE, id=id, customer=customer_of(me), knows=me is not None, **at)
    if not result:
        raise NotFound
    return Raw(result[0])


def read_tailors(raw: Raw) -> list[Tailor]:
    """Return what `find_tailors` found, as shapes."""
    return _cards.decode(raw)


def read_tailor(raw: Raw) -> TailorProfile:
    """Return what `tailor_for` found, as a shape."""
    return _profile.decode(raw)


def words_of_list(cards: Sequence[Tailor], *, names: bool) -> frozenset[str]:
    """Return the words of the catalogue at which a list with these cards is no longer true, as for designers."""
    return frozenset({"tailors", *(["designers"] if names else []), *(card.id for card in cards)})


_cards = json_decoder(list[Tailor])
_profile = json_decoder(TailorProfile)
