"""Numbers, money, dates and times in the current language, in the time zone of Bengaluru."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_day_names
from babel.numbers import format_decimal

from .catalogs import gettext
from .locale import locale_var

HOME_ZONE: Final = ZoneInfo("Asia/Kolkata")


# Numbers and money


def _babel_locale() -> Locale:
    return _indian(locale_var.get())


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
    """Convert a time to that of Bengaluru."""
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
    return _short(day, "d MMM" if day.year == today().year else "d MMM y")


def promise_date(value: date | datetime | str) -> str:
    """Fri 4 Dec: a day that somebody promised."""
    return _short(_day(value), "EEE d MMM")


def _short(day: date, pattern: str) -> str:
    # Tamil shortens with full stops; at the end of a sentence there would be two.
    return format_date(day, pattern, locale=_babel_locale()).replace(".", "")


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
