"""The demo's shops as a catalogue in memory: so that the stylist's answers can be scored without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from neural_threads.demo.shops import Shop, shops
from neural_threads.features.accounts.enums import Language, Location, Niche, Skill
from neural_threads.features.catalog.designers.shapes import Designer
from neural_threads.features.catalog.designs.shapes import Design, DesignOwner
from neural_threads.features.catalog.tailors.shapes import Tailor
from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.platform.folding import words_of
from neural_threads.platform.serialization.types import Moment

_DAY = Moment.of(datetime(2026, 11, 1, tzinfo=UTC))


class DemoCatalogue:
    """Answers as the queries do: any of the niches, skills and languages, all the words; the best rated first."""

    def __init__(self) -> None:
        self._designers = [_designer(shop) for shop in shops() if shop.role == "DESIGNER"]
        self._tailors = [_tailor(shop) for shop in shops() if shop.role == "TAILOR"]
        self._designs = [design for shop in shops() if shop.role == "DESIGNER" for design in _designs(shop)]

    async def designers(
        self, *, niches: tuple[Niche, ...] = (), location: Location | None = None, languages: tuple[Language, ...] = (),
        budget_max: Decimal | None = None, limit: int = 3,
    ) -> tuple[Designer, ...]:  # fmt: skip
        found = [d for d in self._designers if _any(niches, d.design_niches) and _any(languages, d.languages)]
        return tuple(d for d in found if location in (None, d.location))[:limit]

    async def tailors(
        self,
        *,
        skills: tuple[Skill, ...] = (),
        location: Location | None = None,
        languages: tuple[Language, ...] = (),
        limit: int = 3,
    ) -> tuple[Tailor, ...]:
        found = [t for t in self._tailors if _any(skills, t.skills) and _any(languages, t.languages)]
        return tuple(t for t in found if location in (None, t.location))[:limit]

    async def designs(
        self,
        *,
        search: str = "",
        categories: tuple[PortfolioCategory, ...] = (),
        price_max: Decimal | None = None,
        limit: int = 3,
    ) -> tuple[Design, ...]:
        wanted = [word.rstrip("s") for word in words_of(search)]
        found = [
            d for d in self._designs
            if (not categories or d.category in categories)
            and (price_max is None or (d.budget_min is not None and d.budget_min <= price_max))
            and all(any(known.startswith(word) for known in words_of(d.description)) for word in wanted)
        ]  # fmt: skip
        return tuple(found[:limit])

    def has(self, condition: dict[str, str]) -> bool:
        """Return True when somebody fits a condition of a situation."""
        from bench.stylist_scoring import fits

        if condition["segment"] == "designer":
            return any(
                fits(condition, {"niches": d.design_niches, "location": d.location, "languages": d.languages})
                for d in self._designers
            )
        if condition["segment"] == "tailor":
            return any(
                fits(condition, {"skills": t.skills, "location": t.location, "languages": t.languages})
                for t in self._tailors
            )
        return any(fits(condition, {"category": d.category}) for d in self._designs)


def _any(wanted: Sequence[str], has: Sequence[str]) -> bool:
    return not wanted or bool(set(wanted) & set(has))


def _designer(shop: Shop) -> Designer:
    return Designer(
        id=shop.id, user_id="u" + shop.id, name=shop.name, bio=shop.bio, location=Location(shop.location), years_of_experience=shop.years,
        design_niches=tuple(Niche(niche) for niche in shop.niches), languages=tuple(Language(each) for each in shop.languages),
        profile_photo=None, rating=4.5, review_count=3, is_saved=False, portfolio_items=(),
    )  # fmt: skip


def _tailor(shop: Shop) -> Tailor:
    return Tailor(
        id=shop.id, user_id="u" + shop.id, name=shop.name, bio=shop.bio, location=Location(shop.location), address=None, latitude=None,
        longitude=None, distance=None, years_of_experience=shop.years, skills=tuple(Skill(skill) for skill in shop.niches),
        languages=tuple(Language(each) for each in shop.languages), profile_photo=None, rating=4.5, review_count=3, sample_work=(),
    )  # fmt: skip


def _designs(shop: Shop) -> list[Design]:
    provider = DesignOwner(
        id=shop.id, user_id="u" + shop.id, name=shop.name, location=Location(shop.location),
        languages=tuple(Language(each) for each in shop.languages), profile_photo=None, rating=4.5, review_count=3,
    )  # fmt: skip
    return [
        Design(
            id=f"{shop.id}-{number}", designer_id=shop.id, image_url=f"/media/demo/{shop.id}-{number}", description=item.description,
            budget_min=Decimal(item.least), budget_max=Decimal(item.most), category=PortfolioCategory(item.category), created_at=_DAY,
            designer=provider, is_saved=False, saved_item_id=None,
        )
        for number, item in enumerate(shop.pieces)
    ]  # fmt: skip
