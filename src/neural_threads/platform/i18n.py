"""Words, numbers, dates and rupees in the reader's language."""

from __future__ import annotations

import gettext as gettext_module
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import negotiate_locale
from babel.dates import format_date, format_time, format_timedelta, get_day_names
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LOCALES: Final[dict[str, str]] = {"en": "English", "hi": "हिन्दी", "kn": "ಕನ್ನಡ", "ta": "தமிழ்", "te": "తెలుగు"}
SPOKEN: Final[dict[str, str]] = {"ENGLISH": "en", "HINDI": "hi", "KANNADA": "kn", "TAMIL": "ta", "TELUGU": "te"}
DEFAULT_LOCALE: Final = "en"
HOME_ZONE: Final = ZoneInfo("Asia/Kolkata")
LOCALE_DIR: Final = Path(__file__).parent.parent / "locale"

_locale: ContextVar[str] = ContextVar("locale", default=DEFAULT_LOCALE)


# Catalogues


def catalogue_path(code: str) -> Path:
    return LOCALE_DIR / code / "LC_MESSAGES" / "messages.po"


def read_catalogue(path: Path, code: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=code)


@cache
def translations(code: str) -> gettext_module.NullTranslations:
    """Read straight from the .po file: a fresh clone needs no compile step."""
    if code == DEFAULT_LOCALE or not catalogue_path(code).exists():
        return gettext_module.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(catalogue_path(code), code))
    compiled.seek(0)
    return gettext_module.GNUTranslations(compiled)


def missing_texts(code: str) -> list[str]:
    """Texts of the template that this catalogue does not yet say, or is unsure of."""
    catalogue = read_catalogue(catalogue_path(code), code)
    return [str(id) for id in _texts() if not _is_said(catalogue, id)]


@cache
def _texts() -> list[Any]:
    """What the product says: a text, or one and many."""
    return [message.id for message in read_catalogue(LOCALE_DIR / "messages.pot") if message.id]


def _is_said(catalogue: Catalog, id: str | tuple[str, ...] | list[str]) -> bool:
    found = catalogue.get(id)
    if found is None or found.fuzzy:
        return False
    words = found.string if isinstance(found.string, tuple | list) else (found.string,)
    return all(words)


@cache
def offered_locales() -> dict[str, str]:
    """Only languages that we speak completely, each under its own name."""
    return {code: name for code, name in LOCALES.items() if code == DEFAULT_LOCALE or _is_complete(code)}


def _is_complete(code: str) -> bool:
    return catalogue_path(code).exists() and not missing_texts(code)


# Whose language


def current_locale() -> str:
    return _locale.get()


def use_locale(code: str) -> None:
    """Speak this language for the rest of the request, job or event."""
    _locale.set(code if code in LOCALES else DEFAULT_LOCALE)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak this language inside the block: for mail and notifications to somebody else."""
    token = _locale.set(code if code in LOCALES else DEFAULT_LOCALE)
    try:
        yield
    finally:
        _locale.reset(token)


def pick_locale(preference: str | None, accept_language: str | None = None) -> str:
    """The chosen language if we offer it (`hi` or `HINDI`), else the browser's first that we do, else English."""
    offered = offered_locales()
    chosen = SPOKEN.get(preference or "", preference or "")
    if chosen in offered:
        return chosen
    return negotiate_locale(_wanted(accept_language or ""), list(offered), sep="-") or DEFAULT_LOCALE


def _wanted(accept_language: str) -> list[str]:
    ranked: list[tuple[float, str]] = []
    for part in accept_language[:500].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            ranked.append((-float(quality or 1), tag))
        except ValueError:
            continue
    return [tag.split("-")[0].lower() for _, tag in sorted(ranked, key=lambda pair: pair[0]) if tag]


# Words


def gettext(text: str) -> str:
    return translations(_locale.get()).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    return translations(_locale.get()).ngettext(one, many, count)


def pgettext(context: str, text: str) -> str:
    return translations(_locale.get()).pgettext(context, text)


@dataclass(frozen=True, slots=True)
class LazyText:
    """A text named when the program is loaded and said when somebody reads it."""

    text: str

    def __str__(self) -> str:
        return gettext(self.text)

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))


def lazy_gettext(text: str) -> LazyText:
    return LazyText(text)


# Numbers and money


def _babel_locale() -> Locale:
    return _indian(_locale.get())


@cache
def _indian(code: str) -> Locale:
    return Locale(code, "IN")


def number(value: float | Decimal) -> str:
    """1,25,000: grouped as in India."""
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)  # All our languages write these alike; Babel would think about it for 0.03 ms.
    return format_decimal(value, format="#,##,##0.##", locale=_babel_locale())


def rupees(value: float | Decimal) -> str:
    """₹1,25,000; paise only when there are any."""
    amount = Decimal(str(value))
    pattern = "#,##,##0" if amount == amount.to_integral_value() else "#,##,##0.00"
    sign = "-" if amount < 0 else ""
    return f"{sign}₹{format_decimal(abs(amount), format=pattern, locale=_babel_locale())}"


# Dates and times


def local(moment: datetime | str) -> datetime:
    """In Bengaluru's time, where everybody here lives."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(HOME_ZONE)


def _day(value: date | datetime | str) -> date:
    if isinstance(value, datetime | str):
        return local(value).date() if not _is_plain_day(value) else date.fromisoformat(str(value))
    return value


def _is_plain_day(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 10


def today() -> date:
    return datetime.now(HOME_ZONE).date()


def short_date(value: date | datetime | str) -> str:
    """4 Dec, with the year when it is another."""
    day = _day(value)
    return format_date(day, "d MMM" if day.year == today().year else "d MMM y", locale=_babel_locale())


def promise_date(value: date | datetime | str) -> str:
    """Fri 4 Dec: a day that somebody promised."""
    return format_date(_day(value), "EEE d MMM", locale=_babel_locale())


def due_day(value: date | datetime | str) -> str:
    """today, tomorrow, Friday within a week, else Fri 4 Dec: a promised day as one says it."""
    day = _day(value)
    left = (day - today()).days
    if left == 0:
        return gettext("today")
    if left == 1:
        return gettext("tomorrow")
    if 1 < left < 7:
        return str(get_day_names("wide", locale=_babel_locale())[day.weekday()])
    return promise_date(day)


def long_date(value: date | datetime | str) -> str:
    """Sunday, 22 November"""
    return format_date(_day(value), "EEEE, d MMMM", locale=_babel_locale())


def month_year(value: date | datetime | str) -> str:
    return format_date(_day(value), "MMMM y", locale=_babel_locale())


def day_label(value: date | datetime | str) -> str:
    """Today, Yesterday, the weekday within a week, else the date: separators of a conversation."""
    day = _day(value)
    ago = (today() - day).days
    if ago == 0:
        return gettext("Today")
    if ago == 1:
        return gettext("Yesterday")
    if 1 < ago < 7:
        return str(get_day_names("wide", locale=_babel_locale())[day.weekday()])
    return format_date(day, "d MMMM" if day.year == today().year else "d MMMM y", locale=_babel_locale())


def clock(value: datetime | time | str) -> str:
    """10:02 am, in Bengaluru."""
    at = value if isinstance(value, time) else local(value).time()
    return format_time(at, "short", locale=_babel_locale()).replace("\u202f", "\u00a0").replace(" ", "\u00a0")


def relative_time(value: datetime | str) -> str:
    """just now, 12 minutes ago, 2 hours ago, yesterday, then the date."""
    at = local(value)
    gone = datetime.now(HOME_ZONE) - at
    if gone.total_seconds() < 60:
        return gettext("just now")
    if gone.days < 7:
        return format_timedelta(-gone, granularity="minute", add_direction=True, threshold=0.99, locale=_babel_locale())
    return short_date(at)


def message_stamp(value: datetime | str) -> str:
    """The clock today, Yesterday, the weekday, then the date: lists of conversations."""
    at = local(value)
    ago = (today() - at.date()).days
    if ago == 0:
        return clock(at)
    if ago == 1:
        return gettext("Yesterday")
    if 1 < ago < 7:
        return str(get_day_names("abbreviated", locale=_babel_locale())[at.weekday()])
    return short_date(at)
