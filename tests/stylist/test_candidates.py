"""Candidates come from the marketplace's own queries: filters hold, and nobody who is not listed is found."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from secrets import token_hex
from typing import Any

import pytest

from neural_threads.features.accounts.enums import Language, Location, Niche, Role, Skill
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.stylist.candidates import MarketplaceCatalogue
from neural_threads.platform.cache import public_cache
from neural_threads.platform.serialization.types import Moment
from tests.catalog.conftest import Studio, hang

CORA = Person(
    id="cora", email="cora@example.com", name="Cora", role=Role.CUSTOMER, age=None, is_email_verified=True,
    created_at=Moment.of(datetime(2026, 1, 1, tzinfo=UTC)), language=Language.ENGLISH, location=None, customer_id="cora", designer_id=None,
    tailor_id=None,
)  # fmt: skip
NewStudio = Callable[..., Studio]


@pytest.fixture
def offered(database: str) -> MarketplaceCatalogue:
    """What Cora is offered, read from this worker's database."""
    public_cache.drop()
    return MarketplaceCatalogue(CORA)


async def test_designers_fit_every_filter(offered: MarketplaceCatalogue, new_studio: NewStudio) -> None:
    kavya = new_studio(
        "Kavya", niches=("SPORTSWEAR",), languages=("TAMIL",), location="COMMERCIAL_STREET", rating_sum=50, reviews=10
    )
    elsewhere = new_studio(
        "Dina", niches=("SPORTSWEAR",), languages=("HINDI",), location="MG_ROAD", rating_sum=50, reviews=10
    )
    found = await offered.designers(
        niches=(Niche.SPORTSWEAR,), languages=(Language.TAMIL,), location=Location.COMMERCIAL_STREET, limit=50
    )
    ids = {one.id for one in found}
    assert kavya.id in ids
    assert elsewhere.id not in ids
    assert all(Niche.SPORTSWEAR in one.design_niches and Language.TAMIL in one.languages for one in found)


async def test_designs_begin_at_or_under_the_price(
    offered: MarketplaceCatalogue, new_studio: NewStudio, desk: Any
) -> None:
    word = f"q{token_hex(6)}"
    studio = new_studio("Ishaan")
    cheap = hang(desk, studio.id, 4000, 9000, description=f"Gown {word}", category="WESTERN")
    hang(desk, studio.id, 14000, 19000, description=f"Gown {word}", category="WESTERN")
    found = await offered.designs(
        search=word, categories=(PortfolioCategory.WESTERN,), price_max=Decimal(5000), limit=5
    )
    assert [one.id for one in found] == [cheap]


async def test_a_designer_who_left_is_no_candidate(
    offered: MarketplaceCatalogue, new_studio: NewStudio, desk: Any
) -> None:
    gone = new_studio("Gone", niches=("SPORTSWEAR",), languages=("TELUGU",), rating_sum=50, reviews=10)
    desk.execute("delete from users where id = %s", [gone.user_id])
    public_cache.drop()
    found = await offered.designers(niches=(Niche.SPORTSWEAR,), languages=(Language.TELUGU,), limit=50)
    assert gone.id not in {one.id for one in found}


async def test_tailors_have_the_skill_and_show_no_contact(offered: MarketplaceCatalogue, desk: Any) -> None:
    user, tailor = f"tu{token_hex(8)}", f"tt{token_hex(8)}"
    desk.execute(
        "insert into users (id, email, password_hash, role, name) values (%s, %s, 'x', 'TAILOR', 'Selvi')",
        [user, f"{user}@example.com"],
    )
    desk.execute(
        "insert into tailors (id, user_id, location, skills, languages, phone, rating_sum, review_count) values (%s, %s, 'MG_ROAD', '{ZIPPER_REPAIR}', '{TAMIL}', '+91 98450 12345', 500, 100)",
        [tailor, user],
    )
    public_cache.drop()
    found = await offered.tailors(skills=(Skill.ZIPPER_REPAIR,), languages=(Language.TAMIL,), limit=50)
    assert tailor in {one.id for one in found}
    assert all(Skill.ZIPPER_REPAIR in one.skills and not isinstance(one.phone, str) for one in found)
