"""From a template and its facts to a page in the reader's language."""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Response
from litestar.enums import MediaType
from markupsafe import Markup
from structlog.contextvars import get_contextvars

from neural_threads.features.accounts.naming import shown_name
from neural_threads.platform import i18n
from neural_threads.platform.config import get_settings
from neural_threads.platform.i18n import LazyText, lazy_gettext
from neural_threads.platform.media_address import PrivatePicture

from .assets import WEB_DIR, asset, icon, rack
from .links import linked

if TYPE_CHECKING:
    from .guards import Visit


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


def in_their_language(text: str, /, **values: Any) -> Markup:
    """A text of a template in the reader's language; `%(name)s` in it is filled with what is given, escaped."""
    if not values:
        return _as_it_stands(i18n.current_locale(), text)
    return Markup(i18n.gettext(text)) % values  # noqa: S704 - our own words, and what fills them is escaped


@cache
def _as_it_stands(_locale: str, text: str) -> Markup:
    """With nothing to fill in; kept, since templates say no more than they do. `%%` is a percent sign all the same."""
    return Markup(i18n.gettext(text)) % {}  # noqa: S704 - our own words


@cache
def environment() -> Environment:
    """Jinja as we use it: escaped, strict about unknown names, speaking the current language."""
    compiled = get_settings().data_dir / "templates"
    compiled.mkdir(parents=True, exist_ok=True)
    env = Environment(
        loader=FileSystemLoader(WEB_DIR),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=not get_settings().production,
        bytecode_cache=FileSystemBytecodeCache(str(compiled)),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.ngettext, newstyle=True, pgettext=i18n.pgettext
    )
    env.globals["_"] = in_their_language  # Jinja's own looks up and formats each of a page's hundred texts anew.
    env.policies["ext.i18n.trimmed"] = True
    env.globals.update(asset=asset, icon=icon, hue=hue, initials=initials, nav_for=nav_for, is_here=is_here)
    env.globals.update(importmap=importmap, locales=i18n.offered_locales)
    env.globals.update(map_tiles=lambda: get_settings().map_tiles, map_credit=lambda: get_settings().map_credit)
    env.globals.update(socket_url=lambda: get_settings().socket_url)
    for give in (
        i18n.rupees,
        i18n.number,
        i18n.relative_time,
        i18n.short_date,
        i18n.promise_date,
        i18n.due_day,
        i18n.long_date,
        i18n.month_year,
        i18n.day_label,
        i18n.clock,
        i18n.message_stamp,
    ):
        env.filters[give.__name__] = give
    env.filters["instant"] = instant
    env.filters["signed"] = signed
    env.filters["sized"] = sized
    env.filters["called"] = shown_name
    env.filters["linked"] = linked
    return env


def page(visit: "Visit", template: str, status: int = 200, **context: Any) -> Response[str]:
    """A whole page, or what the template extends when htmx asked; private to whoever is signed in."""
    html = _render(visit, template, context)
    return Response(html, status_code=status, media_type=MediaType.HTML, headers=_headers(visit))


def fragment(visit: "Visit", template: str, status: int = 200, **context: Any) -> Response[str]:
    """A region of a page for htmx: a template that does not extend the layout."""
    return page(visit, template, status, **context)


@dataclass(frozen=True)
class Stranger:
    """A visit of which we know nothing, not even whether she is signed in: errors must show all the same."""

    me: None = None
    csrf_token: str = ""
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    locale: str = field(default_factory=i18n.current_locale)
    theme: str = "system"
    path: str = ""  # a link to it loads the same page again
    is_htmx: bool = False


TROUBLES: dict[int, tuple[LazyText, LazyText]] = {
    403: (lazy_gettext("This door is not yours"), lazy_gettext("You are signed in, but this page belongs to somebody else.")),
    404: (lazy_gettext("This thread leads nowhere"), lazy_gettext("The page is gone, or it never was. Nothing of yours is lost.")),
    429: (lazy_gettext("A little slower, please"), lazy_gettext("That was quicker than we can follow. Wait a moment and try again.")),
    500: (lazy_gettext("A stitch came loose"), lazy_gettext("Something went wrong on our side. We have noted it and will mend it.")),
    503: (lazy_gettext("The needle is busy"), lazy_gettext("Many people are here at once, or we are just restarting. Try again in a moment.")),
}  # fmt: skip
UNKNOWN_TROUBLE = (lazy_gettext("That did not work"), lazy_gettext("Please go back and try again."))


def error_page(visit: "Visit | None", status: int, error: Exception | None = None) -> Response[str]:
    """Trouble in our own dress. Needs neither a database nor a visit."""
    title, sentence = TROUBLES.get(status, TROUBLES[500] if status >= 500 else UNKNOWN_TROUBLE)
    said = getattr(error, "message", "") if status < 500 and status not in (403, 404) else ""
    facts = {
        "status": status,
        "title": title,
        "sentence": said or sentence,
        "reference": str(get_contextvars().get("request_id", "")),
        "retry_after": getattr(error, "retry_after", None),
    }
    known = visit or Stranger()
    headers = {**_headers(known), "Cache-Control": "no-store"}
    if facts["retry_after"]:
        headers["Retry-After"] = str(facts["retry_after"])
    html = _render(known, "shell/error.html", facts)
    return Response(html, status_code=status, media_type=MediaType.HTML, headers=headers)


def content_security_policy(nonce: str, pictures_from: str = "", *, runs_wasm: bool = False) -> str:
    """Nothing from elsewhere, nothing inline but what carries this page's nonce.

    `pictures_from`: a host with map tiles. `runs_wasm`: the page compiles WebAssembly.
    """
    rules = {
        "default-src": "'self'",
        "script-src": f"'self' 'nonce-{nonce}'" + (" 'wasm-unsafe-eval'" if runs_wasm else ""),
        "style-src": "'self'",
        "img-src": f"'self' data: blob: {pictures_from}".strip(),
        "font-src": "'self'",
        "connect-src": " ".join(["'self'", *socket_sources()]),
        "media-src": "'self' blob:",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def socket_sources() -> list[str]:
    """Where pages may open a socket besides our own origin."""
    url = get_settings().socket_url
    return [url, url.replace("http", "ws", 1)] if url else []


def _render(visit: "Visit | Stranger", template: str, context: dict[str, Any]) -> str:
    rack().refresh()
    with i18n.speaking(visit.locale):
        return environment().get_template(template).render(visit=visit, **context)


def _headers(visit: "Visit | Stranger") -> dict[str, str]:
    return {
        "Cache-Control": "no-store" if visit.me else "private, no-cache",
        "Content-Security-Policy": content_security_policy(visit.nonce),
        "Vary": "Cookie, Accept-Language, HX-Request",
    }


# What templates may ask


def importmap() -> Markup:
    """Every module under the name that scripts import it by."""
    return Markup(rack().importmap)  # noqa: S704 - JSON of our own file names


def nav_for(visit: "Visit | Stranger") -> list[Place]:
    """The rail and the tabs of whoever is looking."""
    if isinstance(visit, Stranger):
        return NAV["UNKNOWN"]
    return NAV[visit.me.role if visit.me else "VISITOR"]


def is_here(visit: "Visit | Stranger", place: Place) -> bool:
    """Whether the page being looked at is this place, or lies under it. Under a home lies everything, so it is only itself."""
    if place.icon == "house":
        return visit.path == place.href
    return any(f"{visit.path}/".startswith(f"{href}/") for href in (place.href, *place.also))


def initials(name: str) -> str:
    """DR for Dina Rao; ಮೀ, one letter with its signs, for ಮೀರಾ ಗೌಡ, whose letters are wide."""
    words = name.split()
    if len(words) > 1 and name.isascii():
        return f"{words[0][0]}{words[-1][0]}".upper()
    return _first_letter(words[0]).upper() if words else ""


def _first_letter(word: str) -> str:
    """A letter and the signs that belong to it, which Unicode calls marks."""
    signs = takewhile(lambda sign: unicodedata.category(sign) in ("Mn", "Mc"), word[1:])
    return word[0] + "".join(signs)


def hue(id: str) -> int:
    """One of twelve dyes, always the same for the same person."""
    return hashlib.blake2b(id.encode(), digest_size=1).digest()[0] % 12


def instant(value: datetime | str) -> str:
    """For the datetime attribute."""
    return value if isinstance(value, str) else i18n.local(value).isoformat(timespec="seconds")


def signed(url: str) -> str:
    """The address of our picture for whoever is looking, signed once for all its sizes."""
    return url.signed if isinstance(url, PrivatePicture) else url


def sized(url: str, width: int) -> str:
    """The address of our picture at a width: 200, 400, 800 or 1600; signed if not everybody may see it."""
    url = signed(url)
    if not url.startswith("/media/"):
        return url
    return f"{url}{'&' if '?' in url else '?'}w={width}"
