"""The page of notifications."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Redirect

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.notifications.inbox import read_all_notifications, read_notification
from neural_threads.features.notifications.queries import notifications_of, unread_by_type
from neural_threads.features.notifications.shapes import NotificationSearch, NotificationType
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.i18n import LazyText, day_label
from neural_threads.platform.i18n import lazy_gettext as _
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.types import Incoming
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

from .labels import ICONS, kinds_for

PATH = "/notifications"
HttpRequest = Request[Any, Any, Any]


class Filter(NamedTuple):
    """One choice of what to see."""

    name: LazyText
    href: str
    is_on: bool
    unread: int | None


@get(PATH, include_in_schema=False)
async def notifications_page(visit: RequestContext, me: Person, search: InQuery[NotificationSearch]) -> Response[str]:
    """Show my notifications, by day; htmx gets only the list, or only older ones."""
    older = visit.is_htmx and search.cursor is not None
    return await _show(visit, me, search, "notifications/days.html" if older else _region(visit))


class Filters(Incoming, frozen=True, kw_only=True):
    """The filters of the page of notifications."""

    unread_only: bool = False
    type: tuple[NotificationType, ...] = ()
    csrf_token: str = msgspec.field(default="", name="csrf_token")

    @property
    def wanted(self) -> NotificationSearch:
        """The same as a search."""
        return NotificationSearch(unread_only=self.unread_only, type=self.type)


@post(PATH + "/{notification_id:str}/open", include_in_schema=False)
async def open_notification(me: Person, notification_id: str) -> Redirect:
    """Go where it leads; that it was read is noted on the way."""
    async with transaction() as db:
        link = await read_notification(db, me, notification_id)
    return Redirect(link or PATH, status_code=303)


@post(PATH + "/{notification_id:str}/read", include_in_schema=False, status_code=200)
async def post_read(request: HttpRequest, visit: RequestContext, me: Person, notification_id: str) -> Response[Any]:
    """Note that I read this one, and stay."""
    shown = decode_form(await request.form(), Filters)
    async with transaction() as db:
        await read_notification(db, me, notification_id)
    return await _back(visit, me, shown)


@post(PATH + "/read-all", include_in_schema=False, status_code=200)
async def post_read_all(request: HttpRequest, visit: RequestContext, me: Person) -> Response[Any]:
    """Note that I read everything."""
    shown = decode_form(await request.form(), Filters)
    async with transaction() as db:
        await read_all_notifications(db, me)
    return await _back(visit, me, shown)


async def _back(visit: RequestContext, me: Person, shown: Filters) -> Response[Any]:
    if visit.is_htmx:
        return await _show(visit, me, shown.wanted, "notifications/region.html")
    return Redirect(address_of(shown.wanted), status_code=303)


async def _show(visit: RequestContext, me: Person, search: NotificationSearch, template: str) -> Response[str]:
    async with reading() as db:
        result, cursor = await notifications_of(db, me, search)
        unread = await unread_by_type(db, me)
    return page(
        visit,
        template,
        days=by_day(result),
        wanted=search,
        filters=list(filters_for(me, search, unread)),
        unread=sum(unread.values()),
        icons=ICONS,
        here=address_of(search),
        older=address_of(search, cursor) if cursor else None,
    )


def _region(visit: RequestContext) -> str:
    return "notifications/region.html" if visit.is_htmx else "notifications/notifications.html"


def address_of(search: NotificationSearch, cursor: str | None = None) -> str:
    """Return where this list is found."""
    parts = [*(f"type={kind}" for kind in search.type), *(["unreadOnly=true"] if search.unread_only else [])]
    parts += [f"cursor={cursor}"] if cursor else []
    return f"{PATH}?{'&'.join(parts)}" if parts else PATH


def filters_for(me: Person, search: NotificationSearch, unread: dict[NotificationType, int]) -> Sequence[Filter]:
    """All, unread, and each type that this person can be told of."""
    everything = not search.type and not search.unread_only
    first = [
        Filter(_("All"), PATH, everything, None),
        Filter(_("Unread"), address_of(NotificationSearch(unread_only=True)), search.unread_only, sum(unread.values())),
    ]
    return first + [
        Filter(name, address_of(NotificationSearch(type=(kind,))), kind in search.type, unread.get(kind))
        for kind, name in kinds_for(me)
    ]


def by_day(result: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    """Gathered under Today, Yesterday and so on."""
    days: dict[str, list[Any]] = {}
    for one in result:
        days.setdefault(day_label(one.created_at), []).append(one)
    return list(days.items())


handlers = [notifications_page, open_notification, post_read, post_read_all]
