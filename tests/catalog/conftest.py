"""Studios made straight in the database, so that a test knows all about them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from neural_threads.platform.ids import new_id

Prices = tuple[int | None, int | None]


@dataclass(frozen=True)
class Studio:
    """A designer as the database has them."""

    name: str
    location: str = "MG_ROAD"
    years: int = 5
    niches: tuple[str, ...] = ("BRIDAL",)
    languages: tuple[str, ...] = ("ENGLISH",)
    pieces: tuple[Prices, ...] = ()
    rating_sum: int = 0
    reviews: int = 0
    phone: str | None = "+91 98450 12345"
    id: str = field(default_factory=new_id)
    user_id: str = field(default_factory=new_id)

    @property
    def email(self) -> str:
        """Nobody else's."""
        return f"{self.user_id}@example.com"

    @property
    def rating(self) -> float:
        """The mean of the reviews, 0 without any."""
        return self.rating_sum / self.reviews if self.reviews else 0.0


def settle(connection: psycopg.Connection[Any], studio: Studio) -> Studio:
    """Put the studio into the database."""
    connection.execute(
        "insert into users (id, email, password_hash, role, name) values (%s, %s, 'x', 'DESIGNER', %s)",
        [studio.user_id, studio.email, studio.name],
    )
    connection.execute(
        """insert into designers (id, user_id, location, years_of_experience, design_niches, languages, phone,
                                  rating_sum, review_count)
           values (%(id)s, %(user_id)s, %(location)s, %(years)s, %(niches)s, %(languages)s, %(phone)s,
                   %(rating_sum)s, %(reviews)s)""",
        vars(studio) | {"niches": list(studio.niches), "languages": list(studio.languages)},
    )
    for least, most in studio.pieces:
        hang(connection, studio.id, least, most)
    return studio


def hang(
    connection: psycopg.Connection[Any], designer_id: str, least: Any = None, most: Any = None, **more: Any
) -> str:
    """Give a designer a piece with this price range; answers its id."""
    id, image = new_id(), f"test/{new_id()}"
    connection.execute(
        "insert into media (public_id, content_type, width, height, bytes) values (%s, 'image/webp', 96, 120, 1)",
        [image],
    )
    usual = {"category": "BRIDAL", "description": "", "position": 0}
    given = {"id": id, "designer": designer_id, "image": image, "least": least, "most": most}
    connection.execute(
        """insert into portfolio_items (id, designer_id, image_id, budget_min, budget_max, category, description, position)
           values (%(id)s, %(designer)s, %(image)s, %(least)s::numeric, %(most)s::numeric, %(category)s, %(description)s,
                   %(position)s)""",
        usual | more | given,
    )
    return id


@dataclass(frozen=True)
class Shop:
    """A tailor as the database has them."""

    name: str
    at: tuple[float, float] | None = (12.9756, 77.6050)  # latitude, longitude
    location: str = "MG_ROAD"
    years: int = 5
    skills: tuple[str, ...] = ("ALTERATIONS",)
    works: int = 0
    rating_sum: int = 0
    reviews: int = 0
    phone: str | None = "+91 98450 12345"
    id: str = field(default_factory=new_id)
    user_id: str = field(default_factory=new_id)

    @property
    def email(self) -> str:
        """Nobody else's."""
        return f"{self.user_id}@example.com"


def open_shop(connection: psycopg.Connection[Any], shop: Shop) -> Shop:
    """Put the shop into the database."""
    connection.execute(
        "insert into users (id, email, password_hash, role, name) values (%s, %s, 'x', 'TAILOR', %s)",
        [shop.user_id, shop.email, shop.name],
    )
    latitude, longitude = shop.at or (None, None)
    connection.execute(
        """insert into tailors (id, user_id, location, years_of_experience, skills, languages, phone, rating_sum, review_count,
                                address, position)
           values (%(id)s, %(user_id)s, %(location)s, %(years)s, %(skills)s, '{ENGLISH}', %(phone)s, %(rating_sum)s, %(reviews)s,
                   '7, Dispensary Road', st_setsrid(st_makepoint(%(longitude)s::float8, %(latitude)s::float8), 4326)::geography)""",
        vars(shop) | {"skills": list(shop.skills), "latitude": latitude, "longitude": longitude},
    )
    for n in range(shop.works):
        image = f"test/{new_id()}"
        connection.execute(
            "insert into media (public_id, content_type, width, height, bytes) values (%s, 'image/webp', 96, 120, 1)",
            [image],
        )
        connection.execute(
            "insert into sample_works (id, tailor_id, image_id, description, position) values (%s, %s, %s, %s, %s)",
            [new_id(), shop.id, image, f"Hem {n}", n],
        )
    return shop


def praise(connection: psycopg.Connection[Any], designer_id: str, rating: int, comment: str = "") -> str:
    """A review by a new customer, counted as the reviews feature counts it; answers the customer's id."""
    user_id, customer_id = new_id(), new_id()
    with connection.transaction():
        connection.execute(
            "insert into users (id, email, password_hash, role, name) values (%s, %s, 'x', 'CUSTOMER', 'Asha Menon')",
            [user_id, f"{user_id}@example.com"],
        )
        connection.execute("insert into customers (id, user_id) values (%s, %s)", [customer_id, user_id])
        connection.execute(
            "insert into reviews (id, customer_id, designer_id, rating, comment, created_at) "
            "values (%s, %s, %s, %s, %s, clock_timestamp())",
            [new_id(), customer_id, designer_id, rating, comment],
        )
        connection.execute(
            "update designers set rating_sum = rating_sum + %s, review_count = review_count + 1 where id = %s",
            [rating, designer_id],
        )
    return customer_id


@pytest.fixture(scope="session")
def desk(dsn: str) -> Any:
    """A plain connection to this worker's database; every statement commits by itself."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def new_studio(desk: psycopg.Connection[Any]) -> Callable[..., Studio]:
    """`kavya = new_studio("Kavya Iyer", niches=("ETHNIC",))`"""
    return lambda name, **more: settle(desk, Studio(name, **more))


@pytest.fixture
def new_shop(desk: psycopg.Connection[Any]) -> Callable[..., Shop]:
    """`tariq = new_shop("Tariq Khan", skills=("HEMMING",), at=(12.98, 77.61))`"""
    return lambda name, **more: open_shop(desk, Shop(name, **more))


async def soon(holds: Callable[[], Awaitable[bool]], within: float = 20.0) -> bool:
    """Return True if it comes true in time: what the database tells the server takes a moment."""
    until = time.monotonic() + within
    while not await holds():
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0.01)
    return True
