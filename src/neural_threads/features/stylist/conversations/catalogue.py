"""The marketplace as the stylist asks it: the catalogue's own queries, each with a connection of its own."""

from decimal import Decimal

from neural_threads.features.accounts.kinds import Language, Location, Niche, Skill
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.designs.queries import find_designs
from neural_threads.features.designs.shapes import Design, DesignSearch
from neural_threads.features.marketplace.nearby import count_tailors, find_tailors, read_tailors, spot_for
from neural_threads.features.marketplace.queries import find_designers, read_cards
from neural_threads.features.marketplace.shapes import Designer, DesignerSearch, PortfolioCategory
from neural_threads.features.marketplace.tailors import Tailor, TailorSearch
from neural_threads.platform.db import reading


class MarketplaceCatalogue:
    """Whom and what the marketplace offers to this customer; see `stylist.shapes.Catalogue`."""

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
        """Return designers with any of these niches and any of these languages, the best rated first."""
        search = DesignerSearch(
            niche=niches,
            location=location,
            language=languages,
            max_budget=None if budget_max is None else float(budget_max),
            limit=limit,
        )
        async with reading() as db:
            return tuple(read_cards(await find_designers(db, self._me, search)))

    async def tailors(
        self,
        *,
        skills: tuple[Skill, ...] = (),
        location: Location | None = None,
        languages: tuple[Language, ...] = (),
        limit: int = 3,
    ) -> tuple[Tailor, ...]:
        """Return tailors with any of these skills and any of these languages, the best rated first."""
        # The list of tailors has no filter by language of its own; among a few dozen of the best rated there is one.
        wide = min(50, limit * 8) if languages else limit
        search = TailorSearch(skills=skills, location=location, limit=wide)
        async with reading() as db:
            spot = await spot_for(db, self._me, search)
            tally = await count_tailors(db, search, spot)
            tailors = read_tailors(await find_tailors(db, search, spot, tally, knows=False))
        spoken = set(languages)
        return tuple(tailor for tailor in tailors if not spoken or spoken & set(tailor.languages))[:limit]

    async def designs(
        self,
        *,
        search: str = "",
        categories: tuple[PortfolioCategory, ...] = (),
        price_max: Decimal | None = None,
        limit: int = 3,
    ) -> tuple[Design, ...]:
        """Return designs of these categories with these English words, which begin at or under the price, the newest first."""
        asked = DesignSearch(
            search=search[:100],
            category=categories,
            max_price=None if price_max is None else float(price_max),
            limit=limit,
        )
        async with reading() as db:
            return (await find_designs(db, self._me, asked)).designs
