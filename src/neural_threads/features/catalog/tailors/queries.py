"""Read tailors. PostgreSQL builds the JSON of the API, as for designers.

The nearest are chosen by the GiST index and limited before anything is joined to them. PostGIS takes `ST_DWithin` to leave
one row, so that a plan which joins or sorts after it may take seconds. Where few fit the other filters, walking outward
would pass thousands that do not; then those few are found by their own index and sorted.
"""

import math
from typing import NamedTuple

from msgspec import Raw

from neural_threads.features.accounts.enums import Location
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.catalog.designers.queries import (
    CONTAINS,
    LARGEST_PORTFOLIO,
    customer_of,
    ratings_of,
    reviews_of,
)
from neural_threads.features.catalog.designers.shapes import SortOrder
from neural_threads.features.portfolio.item_json import WIRE_TIME
from neural_threads.features.search_words.fuzzy import respelled
from neural_threads.platform.cache import public_cache
from neural_threads.platform.db import Db
from neural_threads.platform.db.rows import json_decoder
from neural_threads.platform.errors import Invalid, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import is_id

from .shapes import CENTRES, Spot, Standpoint, Tailor, TailorOrder, TailorProfile, TailorSearch

STEP, LOOK, SORT = 6.0, 0.2, 0.8
"""Microseconds: for one tailor on the way outward, for one looked at, for one measured and sorted."""
FEW = 3000
"""As many as are measured and sorted in a few milliseconds."""
MOST_COUNTED = 1000
"""In a circle we stop counting here: whoever reads on past a thousand tailors has not said what they look for."""
EARTH = 6378.14
"""Kilometres from the middle to the equator."""

HERE = "st_setsrid(st_makepoint(%(longitude)s::float8, %(latitude)s::float8), 4326)::geography"

FOUND = f"""
      t.search_name is not null
  and (%(search)s::text is null or t.search_name like {CONTAINS})
  and (%(skills)s::text[] is null or t.skills && %(skills)s::text[])
  and (%(location)s::text is null or t.location = %(location)s::text)
  and (%(min_experience)s::int is null or t.years_of_experience >= %(min_experience)s::int)
  and (%(max_experience)s::int is null or t.years_of_experience <= %(max_experience)s::int)
"""


def _samples(most: int) -> str:
    """The sample work of tailor `t` as a JSON array, in the provider's order."""
    return f"""
coalesce((select json_agg(json_build_object('id', i.id, 'tailorId', i.tailor_id, 'imageUrl', '/media/' || i.image_id,
                            'description', i.description, 'createdAt', to_char(i.created_at at time zone 'UTC', {WIRE_TIME}))
                          order by i.position, i.id desc)
            from (select * from sample_works i where i.tailor_id = t.id
                   order by i.position, i.id desc limit {most}) i), '[]')
"""  # noqa: S608 - put together from constants


def _card(samples: int) -> str:
    return f"""
jsonb_build_object(
  'id', t.id, 'userId', t.user_id, 'name', u.name, 'bio', t.bio, 'location', t.location, 'address', t.address,
  'latitude', st_y(t.position::geometry), 'longitude', st_x(t.position::geometry),
  'distance', round((st_distance(t.position, {HERE}) / 1000)::numeric, 1),
  'yearsOfExperience', t.years_of_experience, 'skills', t.skills, 'languages', t.languages,
  'profilePhoto', '/media/' || t.photo_id, 'rating', t.rating, 'reviewCount', t.review_count,
  'sampleWork', {_samples(samples)})
|| case when %(knows)s::boolean then jsonb_build_object('phone', t.phone, 'email', u.email) else '{{}}' end
"""


CARD = _card(3)

ORDERS = {
    (TailorOrder.RATING, SortOrder.DESC): "t.rating desc, t.review_count desc, t.id",
    (TailorOrder.RATING, SortOrder.ASC): "t.rating, t.review_count desc, t.id",
    (TailorOrder.EXPERIENCE, SortOrder.DESC): "t.years_of_experience desc, t.review_count desc, t.id",
    (TailorOrder.EXPERIENCE, SortOrder.ASC): "t.years_of_experience, t.review_count desc, t.id",
}
BEST = ORDERS[TailorOrder.RATING, SortOrder.DESC]
NEAR = f"page.metres nulls last, {BEST}"


def _list(page: str, order: str) -> str:
    return f"""
with {page}
select convert_to(coalesce(json_agg({CARD} order by {order}), '[]')::text, 'UTF8')
  from page join tailors t using (id) join users u on u.id = t.user_id
"""  # noqa: S608 - put together from constants


def _ordered(order: str, more: str = "") -> str:
    return _list(
        f"""page as materialized (
  select t.id from tailors t where {FOUND} {more} order by {order} limit %(limit)s offset %(offset)s
)""",  # noqa: S608 - put together from constants
        order,
    )


# The ids come from the index of the order, a page of them and no more; only these are joined and dressed.
LIST = {key: _ordered(order) for key, order in ORDERS.items()}

# With a greatest distance: a narrow circle comes from the GiST index and is sorted, in a wide one we walk down the order.
NARROW = {
    key: _ordered(order, f"and st_dwithin(t.position, {HERE}, %(metres)s::float8)") for key, order in ORDERS.items()
}
WIDE = {
    key: _ordered(order, f"and st_distance(t.position, {HERE}) <= %(metres)s::float8") for key, order in ORDERS.items()
}

# `<->` measures on a sphere, ST_Distance on the spheroid, half a percent apart. So the index tells how far we have to look,
# and whoever is within that is put in the exact order. Shops without a place follow, the best rated first.
NEAREST = _list(
    f"""rim as materialized (
  select coalesce(max(st_distance(near.position, {HERE})), 0) + 0.001 as metres
    from (select t.position from tailors t where {FOUND} and t.position is not null
           order by t.position <-> {HERE} limit %(seen)s) near
),
within as materialized (
  select t.id, st_distance(t.position, {HERE}) as metres, t.rating, t.review_count
    from tailors t where {FOUND} and t.position is not null and st_dwithin(t.position, {HERE}, (select metres from rim))
),
page as materialized (
  (select t.id, t.metres from within t order by t.metres, {BEST} limit %(limit)s offset %(offset)s)
  union all
  (select t.id, null from tailors t where {FOUND} and t.position is null order by {BEST} limit %(unplaced)s offset %(passed)s)
)""",  # noqa: S608 - put together from constants
    NEAR,
)

# Everybody who fits, found by the filters' own indexes, then sorted.
NEAREST_OF_FEW = _list(
    f"""fitting as materialized (
  select t.id, st_distance(t.position, {HERE}) as metres, t.rating, t.review_count from tailors t where {FOUND}
),
page as materialized (
  select t.id, t.metres from fitting t where %(metres)s::float8 is null or t.metres <= %(metres)s::float8
   order by t.metres nulls last, {BEST} limit %(limit)s offset %(offset)s
)""",  # noqa: S608 - put together from constants
    NEAR,
)

COUNT = f"""
select json_build_array(count(t.position), count(*)) from tailors t where {FOUND}
"""  # noqa: S608 - put together from constants

COUNT_WITHIN = f"""
select count(*) from (
  select from tailors t where {FOUND} and st_dwithin(t.position, {HERE}, %(metres)s::float8) limit {MOST_COUNTED + 1}) counted
"""  # noqa: S608 - put together from constants

COUNT_WITHIN_OF_FEW = f"""
with fitting as materialized (select t.position from tailors t where {FOUND})
select count(*) from fitting where st_distance(position, {HERE}) <= %(metres)s::float8
"""  # noqa: S608 - put together from constants

# How many tailors are listed, and the box around their shops: [many, south, west, north, east].
CENSUS = """
select json_build_array(count(*), min(st_y(position::geometry)), min(st_x(position::geometry)),
                        max(st_y(position::geometry)), max(st_x(position::geometry)))
  from tailors where search_name is not null
"""

FACETS = """
select coalesce(jsonb_object_agg(value, many), '{}') from (
  select value, count(*) as many
    from tailors t, unnest(t.skills || t.location) as value
   where t.search_name is not null group by value) counted
"""

PROFILE = f"""
select convert_to(({_card(LARGEST_PORTFOLIO)} || jsonb_build_object(
  'createdAt', to_char(t.created_at at time zone 'UTC', {WIRE_TIME}),
  'reviews', {reviews_of("t.id", "tailor_id", "alteration_requests")},
  'ratings', {ratings_of("t.id", "tailor_id")},
  'canReview', %(customer)s::text is not null and not exists (
     select from reviews r where r.tailor_id = t.id and r.customer_id = %(customer)s::text)))::text, 'UTF8')
  from tailors t join users u on u.id = t.user_id
 where t.id = %(id)s and t.search_name is not null
"""  # noqa: S608 - put together from constants


class Tally(NamedTuple):
    """How many fit: those whose shop is on the map, and all of them; `is_least` when there are more than we counted."""

    placed: int
    total: int
    is_least: bool = False


class Census(NamedTuple):
    """How many tailors there are, and the box around their shops, in degrees; None when no shop is on the map."""

    many: int
    south: float | None
    west: float | None
    north: float | None
    east: float | None

    def is_within(self, metres: float, spot: Spot) -> bool:
        """Return True if surely every shop is so near: then nobody need be measured."""
        if self.south is None or self.west is None or self.north is None or self.east is None:
            return True
        corners = [Spot(y, x) for y in (self.south, self.north) for x in (self.west, self.east)]
        return self.north - self.south < 10 and max(_at_most(spot, corner) for corner in corners) <= metres


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
    """Return how many `wanted` describes on all pages, seen from `spot`; within a circle at most `MOST_COUNTED`."""
    everywhere = await _count_everywhere(db, search)
    metres = search.metres
    if metres is None or spot is None:
        return everywhere
    if (await _census(db)).is_within(metres, spot):
        return Tally(everywhere.placed, everywhere.placed)

    async def count() -> int:
        sql = COUNT_WITHIN_OF_FEW if everywhere.placed <= FEW else COUNT_WITHIN
        return (await db.search(int, sql, **search.filters, **spot._asdict(), metres=metres))[0]

    key = ("tailors within", str(search.filters), spot, metres)
    result: int = await public_cache.remember(key, count, lambda _: 500)
    counted = min(result, MOST_COUNTED)
    return Tally(counted, counted, result > counted)


async def count_forgivingly(db: Db, search: TailorSearch, spot: Spot | None) -> tuple[TailorSearch, Tally]:
    """Return what to look for, and how many there are: when nobody is called as it was typed, who is called nearly so."""
    tally = await count_tailors(db, search, spot)
    other = await respelled(db, search) if tally.total == 0 else None
    nearly = await count_tailors(db, other, spot) if other else tally
    return (other, nearly) if other and nearly.total else (search, tally)


async def find_tailors(db: Db, search: TailorSearch, spot: Spot | None, tally: Tally, *, knows: bool) -> Raw:
    """One page of the `tally` tailors that `wanted` describes: a JSON array of `Tailor`. `knows`: with phone and e-mail."""
    limit = min(search.page_size, tally.total - search.offset)
    if limit <= 0:
        return Raw(b"[]")
    sql, more = await _plan(db, search, tally, limit)
    at = spot._asdict() if spot else {"latitude": None, "longitude": None}
    given = {"limit": limit, "offset": search.offset, "knows": knows, **at, **search.filters, **more}
    return Raw((await db.search(bytes, sql, **given))[0])


async def _plan(db: Db, search: TailorSearch, tally: Tally, limit: int) -> tuple[str, dict[str, object]]:
    """The statement that finds this page soonest, and what it needs beside the usual."""
    metres: dict[str, object] = {"metres": search.metres}
    if search.order is not TailorOrder.DISTANCE:
        key = (search.order, search.direction)
        if search.metres is None:
            return LIST[key], {}
        return (WIDE if tally.is_least else NARROW)[key], metres
    fitting = (await _count_everywhere(db, search)).placed
    seen = min(search.offset + limit, tally.placed)
    everybody = (await _census(db)).many
    if STEP * seen * everybody / max(fitting, 1) > LOOK * everybody + SORT * fitting:
        return NEAREST_OF_FEW, metres
    passed = max(0, search.offset - tally.placed)
    return NEAREST, {"seen": seen, "passed": passed, "unplaced": max(0, search.offset + limit - tally.placed - passed)}


async def count_facets(db: Db) -> dict[str, int]:
    """Return how many listed tailors have each skill and place. Counted once until the catalogue changes."""

    async def count() -> dict[str, int]:
        return dict(await db.value(FACETS))

    result: dict[str, int] = await public_cache.remember("tailor facets", count, lambda _: 1000)
    return result


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


_cards = json_decoder(list[Tailor])
_profile = json_decoder(TailorProfile)


async def _count_everywhere(db: Db, search: TailorSearch) -> Tally:
    """Return how many fit, however far away. Counted once per set of filters until the catalogue changes."""

    async def count() -> Tally:
        return Tally(*(await db.search(list, COUNT, **search.filters))[0])

    result: Tally = await public_cache.remember(("tailors", str(search.filters)), count, lambda _: 500)
    return result


async def _census(db: Db) -> Census:
    async def count() -> Census:
        return Census(*await db.value(CENSUS))

    result: Census = await public_cache.remember("tailor census", count, lambda _: 500)
    return result


def _at_most(one: Spot, other: Spot) -> float:
    """Metres between two places, rather too many than too few: along the meridian, then along the wider parallel."""
    east = (other.longitude - one.longitude + 180) % 360 - 180
    widest = min(abs(one.latitude), abs(other.latitude))
    up, along = other.latitude - one.latitude, east * math.cos(math.radians(widest))
    return math.hypot(up, along) * math.radians(EARTH) * 1000 * 1.002
