"""SQL statements that read tailors. PostgreSQL builds the JSON of the API, as for designers.

The nearest are chosen by the GiST index and limited before anything is joined to them. PostGIS takes `ST_DWithin` to leave
one row, so that a plan which joins or sorts after it may take seconds. Where few fit the other filters, scanning outward
would pass thousands that do not; then those few are found by their own index and sorted.
"""

from neural_threads.features.catalog.attempts import SOON, THESE
from neural_threads.features.catalog.counts import LOOKED_AT, MOST_COUNTED, SCAN
from neural_threads.features.catalog.designers.queries import (
    CONTAINS,
    LARGEST_PORTFOLIO,
    NAMED,
    NAMED_BY_INDEX,
    ratings_of,
    reviews_of,
)
from neural_threads.features.catalog.designers.shapes import SortOrder
from neural_threads.features.portfolio.item_json import WIRE_TIME
from neural_threads.platform.db.composition import Sql, sql

from .shapes import TailorOrder

HERE = Sql("st_setsrid(st_makepoint(%(longitude)s::float8, %(latitude)s::float8), 4326)::geography")

# Names and years in the form in which `tailors_narrowed_idx` has them beside places. Another form than in the other indexes:
# PostgreSQL thinks that of a name alone it would read a small part of this one, and reads all of it.
NARROWED = Sql(f"""
      (%(search)s::text is null or t.search_name || '' like {CONTAINS})
  and (coalesce(%(min_experience)s::int, %(max_experience)s::int) is null
         or int4range(t.years_of_experience, t.years_of_experience, '[]')
            <@ int4range(%(min_experience)s::int, %(max_experience)s::int, '[]'))
""")

OF_PLACE = Sql("t.search_name is not null and (%(location)s::text is null or t.location = %(location)s::text)")

OF_TRAITS = """
  and (%(skills)s::text[] is null or t.skills && %(skills)s::text[])
  and (%(location)s::text is null or t.location = %(location)s::text)
  and (%(min_experience)s::int is null or t.years_of_experience >= %(min_experience)s::int)
  and (%(max_experience)s::int is null or t.years_of_experience <= %(max_experience)s::int)
  and (%(languages)s::text[] is null or t.languages && %(languages)s::text[])
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


def _scanned(order: Sql, most: Sql) -> Sql:
    """The ids come from the index of the order, a page of them and no more; only these are joined and dressed. Null when
    the page is not full after so many."""
    return _list(
        sql(
            """page as materialized (
  select t.id from (select t.* from tailors t where t.search_name is not null order by {order} limit {most}) t
   where {found} order by {order} limit %(limit)s offset %(offset)s
)""",
            order=order,
            most=most,
            found=FOUND,
        ),
        order,
        unless=Sql("(select count(*) from page) < %(limit)s"),
    )


# Of a limit that is written out the planner knows that it is small, so one plan does for all filters.
SCANNED_SOON = {key: _scanned(order, Sql(f"{SCAN + 2 * SOON}")) for key, order in ORDERS.items()}
SCANNED = {key: _scanned(order, Sql(f"{SCAN} + 2 * %(offset)s::bigint")) for key, order in ORDERS.items()}

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

# With a greatest distance: a narrow circle comes from the GiST index and is sorted, in a wide one we scan down the order.
NARROW = {
    key: _ordered(order, sql("and st_dwithin(t.position, {here}, %(metres)s::float8)", here=HERE))
    for key, order in ORDERS.items()
}
WIDE = {
    key: _ordered(order, sql("and st_distance(t.position, {here}) <= %(metres)s::float8", here=HERE))
    for key, order in ORDERS.items()
}


def _nearest(most: Sql, scanned: Sql = OF_PLACE) -> Sql:
    """`<->` measures on a sphere, ST_Distance on the spheroid, half a percent apart. So the index tells how far we have to
    look, and whoever is within that is put in the exact order. Null when the scan met fewer than asked for; then see below."""
    return _list(
        sql(
            """near as materialized (
  select t.position
    from (select t.* from tailors t where {scanned} and t.position is not null
           order by t.position <-> {here} limit {most}) t
   where {found} limit %(seen)s
),
rim as materialized (
  select max(st_distance(near.position, {here})) + 0.001 as metres from near having count(*) = %(seen)s
),
within as materialized (
  select t.id, st_distance(t.position, {here}) as metres, t.rating, t.review_count
    from tailors t where {scanned} and {found} and t.position is not null
     and st_dwithin(t.position, {here}, (select metres from rim))
),
page as materialized (
  select t.id, t.metres from within t where %(metres)s::float8 is null or t.metres <= %(metres)s::float8
   order by t.metres, {best} limit %(limit)s offset %(offset)s
)""",
            scanned=scanned,
            here=HERE,
            most=most,
            found=FOUND,
            best=BEST,
        ),
        NEAR,
        unless=Sql("not exists (select from rim)"),
    )


NEAREST_SOON = _nearest(Sql(f"{SCAN + SOON}"))
NEAREST = _nearest(Sql(f"{SCAN} + %(seen)s"))

# Of a name or so many years: only those are met whom the index shows to fit.
NEAREST_NARROWED = _nearest(
    Sql(f"{SCAN} + %(seen)s"), sql("{of_place} and {narrowed}", of_place=OF_PLACE, narrowed=NARROWED)
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
  select t.id, st_distance(t.position, {here}) as metres from tailors t where t.id = any({these})
   order by metres nulls last, {best} limit %(limit)s offset %(offset)s
)""",
        these=Sql(THESE),
        here=HERE,
        best=BEST,
    ),
    NEAR,
)
OF_THESE = {
    key: _list(
        sql(
            """page as materialized (
  select t.id from tailors t where t.id = any({these}) order by {order} limit %(limit)s offset %(offset)s
)""",
            these=Sql(THESE),
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
  select from tailors t where {found} and {narrowed} and st_dwithin(t.position, {here}, %(metres)s::float8) limit {one_more}) counted
""",
    found=FOUND,
    narrowed=NARROWED,
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
