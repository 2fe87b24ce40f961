"""Numbers, rupees, days and times as people in Bengaluru write them."""

from datetime import UTC, datetime, timedelta

import pytest

from neural_threads.platform import i18n
from neural_threads.platform.i18n import (
    clock,
    number,
    pick_locale,
    promise_date,
    relative_time,
    rupees,
    short_date,
    use_language,
)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "₹0"),
        (950, "₹950"),
        (18500, "₹18,500"),
        (125000, "₹1,25,000"),
        (12345678, "₹1,23,45,678"),
        (99.5, "₹99.50"),
        (-5, "-₹5"),
    ],
)
def test_rupees_are_grouped_as_in_india(amount: float, written: str) -> None:
    assert rupees(amount) == written
    with use_language("kn"):
        assert rupees(amount) == written


def test_numbers_are_grouped_as_in_india() -> None:
    assert number(1234567) == "12,34,567"


def test_a_clock_shows_bengaluru() -> None:
    assert clock("2026-11-22T04:32:00Z") == "10:02\u00a0am"
    assert clock(datetime(2026, 11, 22, 19, 0, tzinfo=UTC)) == "12:30\u00a0am"


def test_a_date_names_its_year_only_when_it_is_another() -> None:
    assert short_date("2020-12-04") == "4 Dec 2020"
    assert short_date(i18n.today()).count(" ") == 1
    assert promise_date("2026-12-04") == "Fri 4 Dec"


@pytest.mark.parametrize("code", ["en", "hi", "kn", "ta", "te"])
def test_no_short_date_brings_a_full_stop_into_a_sentence(code: str) -> None:
    with use_language(code):
        assert "." not in short_date("2020-12-04") + promise_date("2026-12-18")


@pytest.mark.parametrize(
    ("seconds", "said"), [(5, "just now"), (130, "2 minutes ago"), (7300, "2 hours ago"), (90_000, "1 day ago")]
)
def test_recent_things_are_told_by_how_long_ago(seconds: int, said: str) -> None:
    assert relative_time(datetime.now(UTC) - timedelta(seconds=seconds)) == said


def test_a_choice_comes_first_then_the_browser_then_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n.catalogs, "offered_locales", lambda: {"en": "", "kn": "", "hi": ""})
    assert pick_locale("HINDI", "kn") == "hi"
    assert pick_locale("hi") == "hi"
    assert pick_locale(None, "ta, kn-IN;q=0.9, en;q=0.8") == "kn"
    assert pick_locale("TAMIL", "te") == "en", "Tamil is not offered yet here"
    assert pick_locale(None, "en;q=0.5, hi;q=0.9") == "hi"
    assert pick_locale("xx", ";q=,,;;q=x") == "en"
    assert pick_locale(None, None) == "en"


def test_speaking_ends_with_its_block() -> None:
    with use_language("hi"):
        assert i18n.current_locale() == "hi"
    assert i18n.current_locale() == "en"
