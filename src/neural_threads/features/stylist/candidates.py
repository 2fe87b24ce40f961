"""The catalogue of a turn, by the queries of the catalogue: the same results in the same order as the search pages."""

from decimal import Decimal

from neural_threads.features.accounts.enums import Language, Location, Niche, Skill
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.catalog.designers.queries import find_designers, read_cards
from neural_threads.features.catalog.designers.shapes import LARGEST_PAGE, Designer, DesignerSearch
from neural_threads.features.catalog.designs.queries import find_designs
from neural_threads.features.catalog.designs.shapes import Design, DesignSearch
from neural_threads.features.catalog.tailors.queries import count_tailors, find_tailors, read_tailors, spot_for
from neural_threads.features.catalog.tailors.shapes import Tailor, TailorSearch
from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.platform.db import reading


class MarketplaceCatalogue:
    """The catalogue as `me` may see it. A connection is only held while a query runs."""

    def __init__(self, me: Person) -> None:
        self._me = me

    async def designers(
        self,
        *,
        niches: tuple[Niche, ...] = (),
        location: Location | None = None,
        languages: tuple[Language, ...] = (),
        budget_max: Decimal | None = None,
        limit: int = 3,
    ) -> tuple[Designer, ...]:
        """Return the best rated designers with any of the niches and languages, and an item within the budget."""
        target = DesignerSearch(
            niche=niches,
            location=location,
            language=languages,
            max_budget=None if budget_max is None else float(budget_max),
            limit=min(limit, LARGEST_PAGE),
        )
        async with reading() as db:
            return tuple(read_cards(await find_designers(db, self._me, target)))

    async def tailors(
        self,
        *,
        skills: tuple[Skill, ...] = (),
        location: Location | None = None,
        languages: tuple[Language, ...] = (),
        limit: int = 3,
    ) -> tuple[Tailor, ...]:
        """Return tailors with any of the skills, the nearest first when we know where the customer is, else the best rated.

        The search page has no filter by language, so the first fifty are looked through for it.
        """
        target = TailorSearch(
            skills=skills, location=location, limit=LARGEST_PAGE if languages else min(limit, LARGEST_PAGE)
        )
        async with reading() as db:
            spot = await spot_for(db, self._me, target)
            tally = await count_tailors(db, target, spot)
            result = read_tailors(await find_tailors(db, target, spot, tally, knows=False))
        return tuple(one for one in result if not languages or set(languages) & set(one.languages))[:limit]

    async def designs(
        self,
        *,
        search: str = "",
        categories: tuple[PortfolioCategory, ...] = (),
        price_max: Decimal | None = None,
        limit: int = 3,
    ) -> tuple[Design, ...]:
        """Return the newest designs of the categories with the words, which begin at or under the price."""
        target = DesignSearch(
            search=search, category=categories, max_price=None if price_max is None else float(price_max), limit=limit
        )
        async with reading() as db:
            page = await find_designs(db, self._me, target)
        return page.designs
