"""The style tip of the day: 365 of them, chosen by the date and by what somebody wears.

Content, one file per language, read when it is first wanted; line by line they say the same, for the same people.
"""

import random
from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from neural_threads.features.accounts.enums import BodyShape, Niche
from neural_threads.platform.i18n import DEFAULT_LOCALE

FOLDER = Path(__file__).parent
# The months in Bengaluru.
SEASONS = {
    "SUMMER": (3, 4, 5),
    "RAIN": (6, 7, 8, 9),
    "FESTIVE": (8, 9, 10, 11),
    "COOL": (11, 12, 1, 2),
    "WEDDINGS": (11, 12, 1, 2, 4, 5),
}


class Tip(NamedTuple):
    """A sentence or two, and for whom and when: of each kind of mark one must fit, if there is any of that kind."""

    text: str
    marks: frozenset[str]

    def suits(self, month: int, shape: BodyShape | None, styles: Sequence[str]) -> bool:
        """Return True if it is for somebody like this, now. Who has told nothing of their style may hear of any."""
        seasons = [SEASONS[mark] for mark in self.marks if mark in SEASONS]
        shapes = self.marks & set(BodyShape)
        niches = self.marks & set(Niche)
        worn = {style.upper() for style in styles} & set(Niche)
        return (
            (not seasons or any(month in months for months in seasons))
            and (not shapes or shape in shapes)
            and (not niches or not worn or bool(niches & worn))
        )


def tip_for(day: date, locale: str, shape: BodyShape | None = None, styles: Sequence[str] = ()) -> tuple[str, str]:
    """The tip of this day for somebody like this, and the language it is in."""
    language = locale if _file(locale).exists() else DEFAULT_LOCALE
    return _chosen(day, language, shape, tuple(styles)), language


# People differ in a few ways only, and looking through a year of tips was a fifth of their page.
@lru_cache(maxsize=1024)
def _chosen(day: date, language: str, shape: BodyShape | None, styles: Sequence[str]) -> str:
    fitting = [tip for tip in all_tips(language) if tip.suits(day.month, shape, styles)]
    # Shuffled anew each year, always the same way, so that neighbours in the file are no neighbours in the calendar.
    random.Random(day.year).shuffle(fitting)
    return fitting[day.timetuple().tm_yday % len(fitting)].text


@cache
def all_tips(locale: str) -> Sequence[Tip]:
    """The file, line by line: marks, a bar, the tip."""
    lines = _file(locale).read_text(encoding="utf-8").splitlines()
    parts = [line.partition("|") for line in lines if line.strip()]
    return [Tip(text.strip(), frozenset(marks.split())) for marks, _bar, text in parts]


def _file(locale: str) -> Path:
    return FOLDER / f"tips.{locale}.txt"
