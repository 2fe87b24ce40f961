"""The navigation of each role."""

from typing import NamedTuple

from neural_threads.platform.i18n import LazyText, lazy_gettext
from neural_threads.web.http.request_context import AnonymousContext, RequestContext


class Place(NamedTuple):
    """An entry of the navigation: only for pages that exist."""

    href: str
    label: LazyText
    icon: str
    also: tuple[str, ...] = ()
    """Other addresses that belong here."""
    is_tab: bool = True
    """Whether a phone has it among its tabs, of which five find room in every language; else it stands in the top bar."""
    is_rail_only: bool = False
    """Whether a phone has it nowhere in its frame: other pages lead there."""


DISCOVER = Place(
    "/customer/designers", lazy_gettext("Discover"), "search", also=("/customer/tailors", "/customer/designs")
)
SETTINGS = Place("/settings", lazy_gettext("Settings"), "settings")
HOME = Place("/", lazy_gettext("Home"), "house")
NAV: dict[str, list[Place]] = {
    "UNKNOWN": [HOME, DISCOVER],
    "VISITOR": [
        DISCOVER,
        Place("/login", lazy_gettext("Sign in"), "log-in"),
        Place("/signup", lazy_gettext("Sign up"), "user-round-plus"),
    ],
    "CUSTOMER": [
        Place("/customer", lazy_gettext("Home"), "house"),
        DISCOVER,
        Place("/customer/chats", lazy_gettext("Chats"), "message-circle"),
        Place("/customer/wardrobe", lazy_gettext("Wardrobe"), "shirt"),
        Place("/customer/chatbot", lazy_gettext("Stylist"), "sparkles", is_tab=False),
        Place("/customer/virtual-tryon", lazy_gettext("Try on"), "user", is_tab=False, is_rail_only=True),
        Place("/customer/alterations", lazy_gettext("Requests"), "scissors", also=("/customer/design-requests",)),
        SETTINGS._replace(is_tab=False),
    ],
    "DESIGNER": [
        Place("/designer", lazy_gettext("Home"), "house"),
        Place("/designer/requests", lazy_gettext("Requests"), "scissors"),
        Place("/designer/chats", lazy_gettext("Chats"), "message-circle"),
        Place("/designer/portfolio", lazy_gettext("My shop"), "store", also=("/designer/profile", "/designer/reviews")),
        SETTINGS,
    ],
    "TAILOR": [
        Place("/tailor", lazy_gettext("Home"), "house"),
        Place("/tailor/requests", lazy_gettext("Requests"), "scissors"),
        Place("/tailor/chats", lazy_gettext("Chats"), "message-circle"),
        Place("/tailor/sample-work", lazy_gettext("My shop"), "store", also=("/tailor/profile", "/tailor/reviews")),
        SETTINGS,
    ],
}


def nav_for(visit: "RequestContext | AnonymousContext") -> list[Place]:
    """The rail and the tabs of whoever is looking."""
    if isinstance(visit, AnonymousContext):
        return NAV["UNKNOWN"]
    return NAV[visit.me.role if visit.me else "VISITOR"]


def is_here(visit: "RequestContext | AnonymousContext", place: Place) -> bool:
    """Return True if the page being looked at is this place, or lies under it. Under a home lies everything, so it is only itself."""
    if place.icon == "house":
        return visit.path == place.href
    return any(f"{visit.path}/".startswith(f"{href}/") for href in (place.href, *place.also))
