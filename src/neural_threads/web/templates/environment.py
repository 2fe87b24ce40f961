"""The Jinja environment: globals, filters, translation."""

from functools import cache
from typing import Any
from uuid import uuid4

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from neural_threads.features.accounts.deleted_user import shown_name
from neural_threads.platform import i18n
from neural_threads.platform.config import get_settings
from neural_threads.platform.phone import shown_phone, tel_uri
from neural_threads.platform.serialization.text import isolated

from .assets import WEB_DIR, asset, asset_manifest, icon
from .filters import hue, initials, instant, signed, sized
from .linkify import linked
from .navigation import is_here, nav_for


def in_their_language(text: str, /, **values: Any) -> Markup:
    """A text of a template in the reader's language; `%(name)s` in it is filled with what is given, escaped."""
    if not values:
        return _as_it_stands(i18n.current_locale(), text)
    return Markup(i18n.gettext(text)) % _isolated(values)  # noqa: S704 - our own words, and what fills them is escaped


def _isolated(values: dict[str, Any]) -> dict[str, Any]:
    """Names and other texts of people, kept from turning the direction of our sentence around them."""
    return {
        name: isolated(value) if isinstance(value, str) and not isinstance(value, Markup) else value
        for name, value in values.items()
    }


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
    env.globals.update(map_tiles=lambda: get_settings().map_ground, map_credit=lambda: get_settings().map_credit)
    env.globals.update(socket_url=lambda: get_settings().socket_url, new_key=lambda: str(uuid4()))
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
    env.filters["isolated"] = isolated
    env.filters["phone"] = shown_phone
    env.filters["tel_uri"] = tel_uri
    env.filters["signed"] = signed
    env.filters["sized"] = sized
    env.filters["called"] = shown_name
    env.filters["linked"] = linked
    return env


def importmap() -> Markup:
    """Every module under the name that scripts import it by."""
    return Markup(asset_manifest().importmap)  # noqa: S704 - JSON of our own file names
