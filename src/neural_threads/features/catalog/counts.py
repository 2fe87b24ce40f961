"""Count providers: exactly where the number is kept for a facet, else exactly up to a bound.

Triggers write each change of a provider's facets to `catalogue_counts`, so that no request counts the whole catalogue.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from neural_threads.features.accounts.enums import Location
from neural_threads.platform.cache import public_cache
from neural_threads.platform.db import Db

MOST_COUNTED = 240
"""Twenty pages. Whoever reads on past so many providers has not yet said what they look for."""

SCAN = 5000
"""So many providers are looked at in the order of a list at most: some milliseconds. What hardly any of them meet is rare."""
LOOKED_AT, FEW = 1000, 30
"""What fewer than three in a hundred meet is looked up in its index."""


class Kind(StrEnum):
    """The kind of provider or thing that is counted."""

    DESIGNER = "DESIGNER"
    TAILOR = "TAILOR"


class Tally(NamedTuple):
    """The number of those who fit a search."""

    total: int
    is_least: bool = False
    """There are more than we counted."""
    ids: Sequence[str] | None = None
    """Who they are, in no order, where counting has shown it."""
    is_sparse: bool = False
    """Hardly anybody fits: they are found by the indexes of their filters sooner than on the way through all."""

    @classmethod
    def of(cls, counted: int, ids: Sequence[str] | None = None, *, is_sparse: bool = False) -> "Tally":
        """Return the tally of a count that stops after `MOST_COUNTED`."""
        return cls(min(counted, MOST_COUNTED), counted > MOST_COUNTED, ids, is_sparse)


async def remembered(of: tuple[str, Mapping[str, object]], count: Callable[[], Awaitable[Tally]], word: str) -> Tally:
    """Return the tally of these filters, counted once until somebody comes, goes or is found by others (`word`).

    So whoever reads on, and whoever looks for the same name, does not count two hundred and forty again.
    """
    kind, filters = of
    key = ("tally", kind, repr(filters))
    result: Tally = await public_cache.remember(
        key, count, lambda tally: 200 + 80 * len(tally.ids or ()), lambda _: (word,), is_part=True
    )
    return result


FACETS = {
    kind: f"""
select coalesce(jsonb_object_agg(value, many), '{{}}')
  from (select value, sum(many) as many from catalogue_counts where kind = '{kind}' group by value having sum(many) > 0) counted
"""  # noqa: S608 - put together from constants
    for kind in Kind
}

FOLD = """
with unfolded as (delete from catalogue_counts returning kind, value, many)
insert into catalogue_counts (kind, value, many)
select kind, value, sum(many) from unfolded group by kind, value having sum(many) <> 0
"""


async def facets_of(db: Db, kind: Kind) -> dict[str, int]:
    """Return how many listed providers of this kind have each trait (a niche, a skill, a language, a place)."""

    async def count() -> dict[str, int]:
        return dict(await db.value(FACETS[kind]))

    words = (f"{kind.lower()}s facets",)
    result: dict[str, int] = await public_cache.remember(
        ("facets", kind), count, lambda _: 1000, lambda _: words, is_part=True
    )
    return result


def count_of(facets: dict[str, int], *traits: str) -> int:
    """Return how many have the one trait, or how many there are: everybody works in exactly one place."""
    return facets.get(traits[0], 0) if traits else sum(facets.get(place, 0) for place in Location)


async def fold_counts(db: Db) -> None:
    """Make one row of all changes of each facet. Whoever reads meanwhile sees the rows before or the rows after."""
    await db.execute(FOLD)
