"""Notifications by API: look at them, note that they were read."""

from typing import Any

from litestar import Request, get, put
from litestar.openapi import ResponseSpec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.notifications.actions import read_all_notifications, read_notification
from neural_threads.features.notifications.letters import wish_letters, wishes_of
from neural_threads.features.notifications.queries import notifications_of, unread_count
from neural_threads.features.notifications.shapes import (
    LetterWishes,
    Notification,
    NotificationSearch,
    NotificationType,
)
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.wire import Shape, decode_query
from neural_threads.web.replies import Reply, ok


class NotificationList(Shape, frozen=True, kw_only=True):
    """A page of what one was told, and how much of all of it is unread."""

    success: bool
    data: list[Notification]
    unread_count: int
    has_more: bool
    next_cursor: str | None


class Handled(Shape, frozen=True, kw_only=True):
    """How many were unread."""

    count: int


@get("/api/notifications", summary="What I was told", responses={200: ResponseSpec(NotificationList)})
async def get_notifications(request: Request[Any, Any, Any], me: Person) -> Reply[list[Notification]]:
    """The newest first; `unreadOnly=true` or `type=…` for some of them. `unreadCount` counts all of them."""
    wanted = decode_query(request.query_params.multi_items(), NotificationSearch)
    async with reading() as db:
        found, cursor = await notifications_of(db, me, wanted)
        unread = await unread_count(db, me)
    return ok(found, unreadCount=unread, hasMore=cursor is not None, nextCursor=cursor)


@put("/api/notifications/{notification_id:str}/read", summary="I read this")
async def put_read(me: Person, notification_id: str) -> Reply[None]:
    """Note that I read it; twice is once."""
    async with transaction() as db:
        await read_notification(db, me, notification_id)
    return ok()


@put("/api/notifications/read-all", summary="I read everything")
async def put_read_all(me: Person) -> Reply[Handled]:
    """Note that I read all of them; `count` is how many were unread."""
    async with transaction() as db:
        many = await read_all_notifications(db, me)
    return ok(Handled(count=many))


class Letters(Shape, frozen=True, kw_only=True):
    """Of which types one gets letters."""

    by_mail: list[NotificationType]


@get("/api/notifications/settings", summary="Of what I get letters")
async def get_letters(me: Person) -> Reply[Letters]:
    """The types of notifications that I am mailed about when I have not looked for a quarter of an hour."""
    async with reading() as db:
        return ok(Letters(by_mail=await wishes_of(db, me)))


@put("/api/notifications/settings", summary="Choose of what I get letters")
async def put_letters(me: Person, data: LetterWishes) -> Reply[Letters]:
    """None, until I say so; an empty list stops them."""
    async with transaction() as db:
        await wish_letters(db, me, data)
        return ok(Letters(by_mail=await wishes_of(db, me)))


handlers = [get_notifications, put_read, put_read_all, get_letters, put_letters]
