"""Read orders. Both sides use the same queries; each finds only its own."""

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.containing import contains_words
from neural_threads.platform.db.keyset_paging import Keyset, page_size
from neural_threads.platform.i18n import today
from neural_threads.platform.serialization.text import search_text

from .kinds import ALTERATION, DESIGN, KINDS, Kind
from .lifecycle import OrderStatus, Side
from .messages import event_sentence, status_message
from .shapes import AlterationRequest, DesignRequest, Due, Event, Order, OrderSearch

ROWS: dict[str, type[Order]] = {ALTERATION.path: AlterationRequest, DESIGN.path: DesignRequest}
NEWEST = Keyset("r.created_at", "r.id")


def _party(row: str, user: str, location: Sql, image: Sql) -> Sql:
    return Sql(f"""jsonb_build_object('id', {row}.id, 'userId', {user}.id, 'name', {user}.name, 'location', {location},
                     'avatarUrl', '/media/' || {image}, 'isDeleted', {user}.deleted_at is not null)""")


def _select(kind: Kind) -> Sql:
    own = Sql(", '/media/' || r.reference_image_id as reference_image_url, r.chat_id" if kind is DESIGN else "")
    return sql(
        """
select r.id, r.customer_id, r.{kind.provider_id}, r.description, r.pins, r.wardrobe_item_id, r.status, r.quoted_price,
       r.promised_date, r.quote_accepted_at, r.notes, r.created_at, r.updated_at{own},
       pictures.urls[1] as image_url, pictures.urls as image_urls,
       {customer} as customer,
       {provider} as {kind.maker},
       {newest.column}
  from {kind.table} r
  join customers c on c.id = r.customer_id join users cu on cu.id = c.user_id
  join {kind.maker}s p on p.id = r.{kind.provider_id} join users pu on pu.id = p.user_id
  cross join lateral (
    select coalesce(array_agg('/media/' || i.image_id order by i.position), '{{}}') as urls
      from request_images i where i.{kind.event_key} = r.id) pictures
""",
        kind=kind,
        own=own,
        customer=_party("c", "cu", Sql("c.location"), Sql("null::text")),
        provider=_party("p", "pu", Sql("p.location"), Sql("p.photo_id")),
        newest=NEWEST,
    )


SELECT = {kind.path: _select(kind) for kind in KINDS}

# A customer sees what they asked for, a provider what they were asked for.
MINE = {
    kind.path: sql("(r.customer_id = %(customer)s::text or r.{kind.provider_id} = %({kind.maker})s::text)", kind=kind)
    for kind in KINDS
}

# A day stands, by agreement or because the work has begun, and the work is not done.
PROMISED = Sql("(r.status = 'IN_PROGRESS' or (r.status = 'ACCEPTED' and r.quote_accepted_at is not null))")
WHEN = Sql("""case when r.promised_date < %(today)s::date then 'LATE' when r.promised_date = %(today)s::date then 'TODAY'
               when r.promised_date <= %(today)s::date + 7 then 'WEEK' end""")

WANTED = Sql(rf"""
   and (%(status)s::text[] is null or r.status = any(%(status)s::text[]))
   and (%(due)s::text is null or ({PROMISED} and {WHEN} = %(due)s::text))
   and (%(search)s::text is null
        or sought(concat_ws(' ', r.description, r.notes, cu.name, pu.name)) like {contains_words()})
""")

PAGE = f" and {NEWEST.after} {NEWEST.order}"


async def orders_of(db: Db, me: Person, kind: Kind, search: OrderSearch) -> tuple[list[Order], str | None]:
    """A page of my requests, as customer or provider, the newest first, and the cursor of the page after it."""
    scope = f"{kind.path} {me.id} {sorted(set(search.status))} {search.due} {search.search}"
    rows, cursor = await db.page(
        ROWS[kind.path],
        f"{SELECT[kind.path]} where {MINE[kind.path]} {WANTED} {PAGE}",
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        is_search=True,
        **_asker(me),
        **_filters(search),
    )
    return [_dressed(one, me) for one in rows], cursor


MOST_OPEN = 200


async def open_orders_of(db: Db, me: Person, kind: Kind) -> list[Order]:
    """Return what a provider has to do or to answer, what is promised for the next day first; at most two hundred."""
    rows = await db.all(
        ROWS[kind.path],
        f"""
        {SELECT[kind.path]}
         where r.{kind.provider_id} = %(me)s and r.status in ('PENDING', 'ACCEPTED', 'IN_PROGRESS')
         order by r.promised_date nulls last, r.created_at desc, r.id desc
         limit {MOST_OPEN}
        """,
        me=me.role_id,
    )
    return [_dressed(one, me) for one in rows]


async def count_orders(db: Db, me: Person, kind: Kind, search: OrderSearch) -> dict[OrderStatus, int]:
    """Return how many of my requests stand where, among those that contain the words."""
    rows = await db.search(
        OrderState,
        sql(
            """
        select r.status, count(*) as many
          from {kind.table} r
          join customers c on c.id = r.customer_id join users cu on cu.id = c.user_id
          join {kind.maker}s p on p.id = r.{kind.provider_id} join users pu on pu.id = p.user_id
         where {mine} {wanted}
         group by r.status
        """,
            kind=kind,
            mine=MINE[kind.path],
            wanted=WANTED,
        ),
        **_asker(me),
        **_filters(msgspec.structs.replace(search, status=(), due=None)),
    )
    return {one.status: one.many for one in rows}


async def count_due(db: Db, me: Person, kind: Kind, search: OrderSearch) -> dict[Due, int]:
    """Return how many of my requests are late, due today or within a week, among those that contain the words."""
    rows = await db.search(
        Waiting,
        sql(
            """
        select {when} as due, count(*) as many
          from {kind.table} r
          join customers c on c.id = r.customer_id join users cu on cu.id = c.user_id
          join {kind.maker}s p on p.id = r.{kind.provider_id} join users pu on pu.id = p.user_id
         where {mine} {wanted} and {promised} and r.promised_date <= %(today)s::date + 7
         group by 1
        """,
            when=WHEN,
            kind=kind,
            mine=MINE[kind.path],
            wanted=WANTED,
            promised=PROMISED,
        ),
        **_asker(me),
        **_filters(msgspec.structs.replace(search, status=(), due=None)),
    )
    return {one.due: one.many for one in rows}


class Waiting(msgspec.Struct, frozen=True):
    """The number of orders that are due within a time."""

    due: Due
    many: int


class OrderState(msgspec.Struct, frozen=True):
    """The number of orders with one status."""

    status: OrderStatus
    many: int


async def order_for(db: Db, me: Person, kind: Kind, id: str) -> Order:
    """Return an order of which I am one side; NotFound for any other."""
    found = await db.found(
        ROWS[kind.path], f"{SELECT[kind.path]} where r.id = %(id)s and {MINE[kind.path]}", id=id, **_asker(me)
    )
    return _dressed(found, me)


async def order_with_history(db: Db, me: Person, kind: Kind, id: str) -> Order:
    """The same, with everything that happened to it, the oldest first."""
    order = await order_for(db, me, kind, id)
    return msgspec.structs.replace(order, events=await events_of(db, kind, id))


async def events_of(db: Db, kind: Kind, id: str) -> list[Event]:
    """Return the history of an order. The caller has loaded the order, which is the permission."""
    rows = await db.all(
        Event,
        sql(
            """
        select e.id, e.what, e.actor_id, u.name as actor_name, e.from_status, e.to_status, e.note, e.quoted_price,
               e.promised_date, e.created_at
          from request_events e left join users u on u.id = e.actor_id
         where e.{kind.event_key} = %(id)s
         order by e.created_at, e.id
        """,
            kind=kind,
        ),
        id=id,
    )
    return [msgspec.structs.replace(event, sentence=event_sentence(event)) for event in rows]


async def chat_between(db: Db, order: Order) -> str | None:
    """The chat of these two, if they have one."""
    row = await db.value(
        sql(
            "select id from chats where customer_id = %(customer)s and {kind.provider_id} = %(maker)s", kind=order.kind
        ),
        customer=order.customer_id,
        maker=order.maker.id,
    )
    return None if row is None else str(row)


def _dressed(row: Order, me: Person) -> Order:
    side = Side.CUSTOMER if me.customer_id == row.customer_id else Side.PROVIDER
    return msgspec.structs.replace(row, status_message=status_message(row, side))


def _asker(me: Person) -> dict[str, str | None]:
    return {"customer": me.customer_id, "designer": me.designer_id, "tailor": me.tailor_id}


def _filters(search: OrderSearch) -> dict[str, object]:
    return {
        "status": sorted(set(search.status)) or None,
        "due": search.due,
        "today": today(),
        "search": search_text(search.search),
    }
