"""The sections of an export: a name, and pages of items as the API answers them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import msgspec

from neural_threads.features.accounts.queries import account_of, sessions_of
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.message_page import messages_in
from neural_threads.features.chat.queries import chats_of
from neural_threads.features.chat.shapes import ChatSearch, MessageSearch
from neural_threads.features.notifications.preferences import preferences_of
from neural_threads.features.notifications.queries import notifications_of
from neural_threads.features.notifications.shapes import NotificationSearch
from neural_threads.features.orders.kinds import ALTERATION, DESIGN, Kind
from neural_threads.features.orders.queries import events_of, orders_of
from neural_threads.features.orders.shapes import Order, OrderSearch
from neural_threads.platform.db import Db, reading
from neural_threads.platform.db.composition import Sql, sql

Pages = AsyncIterator[Sequence[Any]]
MOST = 100
MANY = 500

_TIME = """to_char({} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""


async def _account(me: Person) -> Pages:
    async with reading() as db:
        yield [await account_of(db, me.id, me.role)]


async def _sessions(me: Person) -> Pages:
    async with reading() as db:
        yield await sessions_of(db, me, "")


async def _preferences(me: Person) -> Pages:
    async with reading() as db:
        yield [await preferences_of(db, me)]


async def _paged(find: Callable[[Db, str | None], Awaitable[tuple[Sequence[Any], str | None]]]) -> Pages:
    """Page after page, each read with a connection of its own."""
    cursor: str | None = None
    while True:
        async with reading() as db:
            result, cursor = await find(db, cursor)
        yield result
        if cursor is None:
            return


def _chats(me: Person) -> Pages:
    return _paged(lambda db, cursor: chats_of(db, me, ChatSearch(limit=MOST, cursor=cursor)))


async def _messages(me: Person) -> Pages:
    async for chats in _chats(me):
        for chat in chats:
            async for page in _messages_of(me, chat.id):
                yield page


async def _messages_of(me: Person, chat_id: str) -> Pages:
    after, has_more = 0, True
    while has_more:
        async with reading() as db:
            target = MessageSearch(chat_id=chat_id, limit=MOST, after=after)
            page, has_more, _cursor = await messages_in(db, me, target)
        result = page.messages
        yield result
        after = result[-1].seq if result else after


def _requests(kind: Kind) -> Callable[[Person], Pages]:
    def pages(me: Person) -> Pages:
        async def find(db: Db, cursor: str | None) -> tuple[Sequence[Order], str | None]:
            result, following = await orders_of(db, me, kind, OrderSearch(limit=MOST, cursor=cursor))
            results = [msgspec.structs.replace(one, events=await events_of(db, kind, one.id)) for one in result]
            return results, following

        return _paged(find)

    return pages


def _notifications(me: Person) -> Pages:
    return _paged(lambda db, cursor: notifications_of(db, me, NotificationSearch(limit=MOST, cursor=cursor)))


def _rows(table: str, mine: str, fields: str, key: str = "id") -> Callable[[Person], Pages]:
    """Rows of a table that has no reader of its own for this; `fields` are wire names and columns, in pairs."""
    statement = sql(
        """
        select jsonb_build_object({fields}) as told, {key} as place
          from {table} r
         where {mine} and {key} > %(after)s
         order by {key}
         limit %(limit)s
    """,
        fields=Sql(fields),
        key=Sql(key),
        table=Sql(table),
        mine=Sql(mine),
    )

    async def pages(me: Person) -> Pages:
        after, own = "", {"me": me.id, "customer": me.customer_id, "designer": me.designer_id, "tailor": me.tailor_id}
        while True:
            async with reading() as db:
                rows = await db.all(_Row, statement, after=after, limit=MANY, **own)
            yield [row.told for row in rows]
            if len(rows) < MANY:
                return
            after = rows[-1].place

    return pages


class _Row(msgspec.Struct, frozen=True):
    told: Any
    place: str


def _time(column: str) -> str:
    return _TIME.format(column)


_MADE = f"'createdAt', {_time('r.created_at')}"
_MADE_AND_CHANGED = f"{_MADE}, 'updatedAt', {_time('r.updated_at')}"
_LAYERS = "array(select '/media/' || l.image_id from try_on_layers l where l.try_on_id = r.id order by l.position)"
_WORN = (
    """(select coalesce(jsonb_agg(v.worn_on order by v.worn_on), '[]') from wardrobe_wears v where v.item_id = r.id)"""
)
_PARTS = """(select coalesce(jsonb_agg(jsonb_build_object('itemId', p.item_id, 'part', p.part) order by p.position), '[]')
               from wardrobe_look_parts p where p.look_id = r.id)"""

SECTIONS: Sequence[tuple[str, Callable[[Person], Pages]]] = (
    ("account", _account),
    ("devices", _sessions),
    ("chats", _chats),
    ("messages", _messages),
    (
        "reactions",
        _rows(
            "message_reactions",
            "r.user_id = %(me)s",
            f"'id', r.id, 'messageId', r.message_id, 'emoji', r.emoji, {_MADE}",
        ),
    ),
    (
        "saved-replies",
        _rows("saved_replies", "r.user_id = %(me)s", f"'id', r.id, 'content', r.content, {_MADE_AND_CHANGED}"),
    ),
    (
        "unsent-forms",
        _rows("kept_forms", "r.user_id = %(me)s", f"'page', r.page, 'fields', r.fields, {_MADE}", "r.token::text"),
    ),
    ("alterations", _requests(ALTERATION)),
    ("design-requests", _requests(DESIGN)),
    (
        "reviews",
        _rows(
            "reviews",
            "(r.customer_id = %(customer)s or r.designer_id = %(designer)s or r.tailor_id = %(tailor)s)",
            "'id', r.id, 'designerId', r.designer_id, 'tailorId', r.tailor_id, 'rating', r.rating, 'comment', r.comment,"
            f" 'reply', r.reply, 'repliedAt', {_time('r.replied_at')}, {_MADE_AND_CHANGED}",
        ),
    ),
    (
        "saved-designers",
        _rows(
            "saved_designers", "r.customer_id = %(customer)s", f"'designerId', r.designer_id, {_MADE}", "r.designer_id"
        ),
    ),
    (
        "wardrobe",
        _rows(
            "wardrobe_items",
            "r.customer_id = %(customer)s",
            "'id', r.id, 'imageUrl', '/media/' || r.image_id, 'portfolioItemId', r.portfolio_item_id, 'category', r.category,"
            " 'subcategory', r.subcategory, 'color', r.color, 'brand', r.brand, 'name', r.name, 'pattern', r.pattern,"
            " 'price', r.price, 'colors', r.colors, 'cutoutUrl', '/media/' || r.cutout_id, 'cutoutState', r.cutout_state,"
            f" 'suggested', r.suggested, 'wornOn', {_WORN}, {_MADE_AND_CHANGED}",
        ),
    ),
    (
        "looks",
        _rows(
            "wardrobe_looks",
            "r.customer_id = %(customer)s",
            f"'id', r.id, 'name', r.name, 'parts', {_PARTS}, {_MADE_AND_CHANGED}",
        ),
    ),
    (
        "try-ons",
        _rows(
            "virtual_try_ons",
            "r.customer_id = %(customer)s",
            "'id', r.id, 'bodyShape', r.body_shape, 'outfitImageUrl', '/media/' || r.outfit_image_id,"
            " 'personImageUrl', '/media/' || r.person_image_id, 'resultImageUrl', '/media/' || r.result_image_id,"
            " 'landmarks', r.landmarks, 'confidence', r.confidence, 'problem', r.problem, 'isKept', r.is_kept,"
            " 'isPhotoReal', r.is_photo_real, 'isGenerated', r.is_generated, 'photoRealProblem', r.photo_real_problem,"
            " 'garmentKind', coalesce(r.garment_kind, r.found_kind),"
            " 'garmentPoints', coalesce(r.found_points, r.garment_points), 'skinTone', r.skin_tone,"
            " 'suggestedBodyShape', r.suggested_body_shape, 'bodyShapeConfidence', r.body_shape_confidence,"
            f" 'layers', {_LAYERS}, {_MADE}",
        ),
    ),
    (
        "stylist",
        _rows(
            "(select m.*, c.title, c.customer_id as owner_id from chatbot_messages m join chatbot_conversations c"
            " on c.id = m.conversation_id)",
            "r.owner_id = %(customer)s",
            "'id', r.id, 'conversationId', r.conversation_id, 'title', r.title, 'role', r.role, 'content', r.content,"
            " 'imageUrl', '/media/' || r.image_id, 'segments', r.segments, 'language', r.language, 'isMock', r.is_mock,"
            f" 'isStopped', r.is_stopped, {_MADE}",
        ),
    ),
    (
        "consents",
        _rows(
            "consents",
            "r.user_id = %(me)s",
            "'id', r.id, 'purpose', r.purpose, 'noticeVersion', r.notice_version,"
            f" 'givenAt', {_time('r.given_at')}, 'withdrawnAt', {_time('r.withdrawn_at')}, {_MADE}",
        ),
    ),
    (
        "portfolio",
        _rows(
            "portfolio_items",
            "r.designer_id = %(designer)s",
            "'id', r.id, 'imageUrl', '/media/' || r.image_id, 'description', r.description, 'budgetMin', r.budget_min,"
            f" 'budgetMax', r.budget_max, 'category', r.category, {_MADE}",
        ),
    ),
    (
        "sample-work",
        _rows(
            "sample_works",
            "r.tailor_id = %(tailor)s",
            f"'id', r.id, 'imageUrl', '/media/' || r.image_id, 'description', r.description, {_MADE}",
        ),
    ),
    (
        "pictures",
        _rows(
            "media",
            "r.owner_id = %(me)s",
            "'publicId', r.public_id, 'contentType', r.content_type, 'width', r.width, 'height', r.height,"
            f" 'bytes', r.bytes, {_MADE}",
            "r.public_id",
        ),
    ),
    ("notifications", _notifications),
    ("notification-settings", _preferences),
    (
        "notification-devices",
        _rows("push_subscriptions", "r.user_id = %(me)s", f"'id', r.id, 'endpoint', r.endpoint, {_MADE}"),
    ),
)
