"""GET /customer: the customer's home page."""

from datetime import datetime
from typing import Annotated, Any, NamedTuple

from litestar import Request, Response, get
from msgspec import Meta

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.dashboard.activity import ActivityKind, activity_of
from neural_threads.features.dashboard.counts import Counts, counts_of
from neural_threads.features.dashboard.recommended import recommended_for
from neural_threads.features.dashboard.tips import tip_for
from neural_threads.features.orders.messages import status_label as said_status
from neural_threads.features.portfolio.shapes import label
from neural_threads.platform.db import reading
from neural_threads.platform.i18n import HOME_ZONE, LazyText, lazy_gettext, today
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.types import Incoming, Text
from neural_threads.web.http import role_guards
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.orders.labels import COLOURS
from neural_threads.web.templates.navigation import NAV
from neural_threads.web.templates.render import page

HttpRequest = Request[Any, Any, Any]
PATH = "/customer"


class Home(Incoming, frozen=True, kw_only=True):
    """The position in the activity feed."""

    cursor: Annotated[Text, Meta(max_length=500)] | None = None


class Figure(NamedTuple):
    """One of the four counts, and where it leads."""

    many: int
    text: str
    href: str
    icon: str


class Quick(NamedTuple):
    """Something to do right away."""

    text: LazyText
    href: str
    icon: str


QUICK = (
    Quick(lazy_gettext("Upload to wardrobe"), "/customer/wardrobe?add=yes", "shirt"),
    Quick(lazy_gettext("Try something on"), "/customer/virtual-tryon", "user"),
    Quick(lazy_gettext("Get style advice"), "/customer/chatbot", "sparkles"),
    Quick(lazy_gettext("Request alteration"), "/customer/alterations/new", "scissors"),
    Quick(lazy_gettext("Request a design"), "/customer/design-requests/new", "pencil"),
    Quick(lazy_gettext("Start a chat"), "/customer/chats/new", "message-circle-plus"),
)


@get(PATH, include_in_schema=False, guards=[role_guards.customer])
async def customer_home(visit: RequestContext, me: Person, search: InQuery[Home]) -> Response[str]:
    """Greeting, four counts, five designers, what happened, and a tip. htmx gets only what is older."""
    if visit.is_htmx and search.cursor:
        async with reading() as db:
            feed = await activity_of(db, me, search.cursor)
        return page(visit, "dashboard/feed.html", **_feed(feed))
    async with reading() as db:
        counts = await counts_of(db, me)
        designers = await recommended_for(db, me)
        feed = await activity_of(db, me, search.cursor)
    tip, tip_language = tip_for(today(), visit.locale, counts.body_shape, counts.style_preferences)
    return page(
        visit,
        "dashboard/customer.html",
        greeting=greeting(datetime.now(HOME_ZONE).hour),
        first_name=me.name.split()[0],
        figures=figures(counts),
        designers=[(one.designer, one.why(counts.language_preference)) for one in designers],
        said=label,
        quick=quick_actions(),
        tip=tip,
        tip_language=tip_language,
        is_first_page=search.cursor is None,
        **_feed(feed),
    )


def _feed(feed: Any) -> dict[str, Any]:
    happened, cursor = feed
    return {
        "happened": happened,
        "older": f"{PATH}?cursor={cursor}" if cursor else None,
        "Doing": ActivityKind,
        "said_status": said_status,
        "colours": COLOURS,
    }


def greeting(hour: int) -> str:
    """Return the greeting for the time of day in Bengaluru."""
    if 5 <= hour < 12:
        return _("Good morning, %(name)s")
    if 12 <= hour < 17:
        return _("Good afternoon, %(name)s")
    if 17 <= hour < 22:
        return _("Good evening, %(name)s")
    return _("Hello, %(name)s")


def _is_there(href: str) -> bool:
    """A page that has its entry in the navigation, or lies under one that has."""
    places = [place.href for place in NAV["CUSTOMER"] if place.href != PATH]
    places += [other for place in NAV["CUSTOMER"] for other in place.also]
    return any(f"{href.partition('?')[0]}/".startswith(f"{place}/") for place in places)


def figures(counts: Counts) -> list[Figure]:
    """Chats, saved designers, wardrobe, consultations."""
    return [
        Figure(counts.chats, _("Active chats"), "/customer/chats", "message-circle"),
        Figure(counts.saved, _("Saved designers"), "/customer/designers?saved=true", "heart"),
        Figure(counts.pieces, _("Wardrobe items"), "/customer/wardrobe", "shirt"),
        Figure(counts.alterations, _("Consultations"), "/customer/alterations", "scissors"),
    ]


def quick_actions() -> list[Quick]:
    """Of what one could do, what there is a page for."""
    return [one for one in QUICK if _is_there(one.href)]


handlers = [customer_home]
