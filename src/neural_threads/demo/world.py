"""The demo world as rows: the same people, shops, clothes and words on every machine; only the clock is today's."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from neural_threads.demo import cast, garments, meetings, stylings, words
from neural_threads.demo.art import Portrait
from neural_threads.demo.art.dyes import DYES
from neural_threads.demo.garments import Garment
from neural_threads.demo.rows import World, demo_id, user_id
from neural_threads.demo.shops import Shop, shops

BEGAN = datetime(2024, 2, 1, 9, 30, tzinfo=UTC)


def build(password_hash: str, now: datetime) -> World:
    """Return all rows of the demo world, with times counted back from `now`."""
    world = World()
    for number, name in enumerate(cast.CUSTOMERS):
        _customer(world, name, number, password_hash)
    for shop in shops():
        _shop(world, shop, password_hash)
    reviews = [*_reviews(), _coras_review(now)]
    for review in reviews:
        world.add("reviews", **review)
    _count_reviews(world, reviews)
    _wardrobe(world, now)
    meetings.add_meetings(world, now)
    stylings.add_stylings(world, now)
    return world


def _user(world: World, name: str, role: str, password_hash: str, began: datetime, age: int | None) -> str:
    world.add(
        "users",
        id=user_id(name),
        email=cast.email_of(name),
        password_hash=password_hash,
        role=role,
        name=name,
        age=age,
        is_email_verified=True,
        created_at=began,
        updated_at=began,
    )
    return user_id(name)


STYLES = ("Ethnic", "Minimal", "Colourful", "Handloom", "Office", "Boho", "Festive", "Streetwear")


def _customer(world: World, name: str, number: int, password_hash: str) -> None:
    rng = Random(f"customer/{name}")
    began = BEGAN + timedelta(days=9 * number, minutes=rng.randrange(900))
    low = rng.choice((1500, 3000, 5000, 8000, 12000))
    user = _user(world, name, "CUSTOMER", password_hash, began, 24 + (number * 7) % 39)
    world.add(
        "customers",
        id=demo_id("customer", name),
        user_id=user,
        gender="FEMALE" if number < 2 else rng.choice(("FEMALE", "MALE", "OTHER", None)),
        location=("MG_ROAD", "COMMERCIAL_STREET")[number % 2],
        style_preferences=["Ethnic", "Colourful", "Handloom"] if number == 0 else rng.sample(STYLES, 2),
        body_shape="HOURGLASS" if number == 0 else None,
        language_preference="ENGLISH",
        budget_min=low,
        budget_max=low * 8,
        created_at=began,
        updated_at=began,
    )


def _shop(world: World, shop: Shop, password_hash: str) -> None:
    user = _user(world, shop.name, shop.role, password_hash, shop.began, None)
    image = None if shop.name == cast.WITHOUT_IMAGE else world.show(Portrait(shop.name), user)
    row: dict[str, Any] = {
        "id": shop.id,
        "user_id": user,
        "bio": shop.bio,
        "location": shop.location,
        "years_of_experience": shop.years,
        "languages": shop.languages,
        "phone": shop.phone,
        "photo_id": image,
        "rating_sum": 0,
        "review_count": 0,
        "created_at": shop.began,
        "updated_at": shop.began,
    }
    if shop.role == "DESIGNER":
        world.add("designers", **row, design_niches=shop.niches)
        for position, item in enumerate(shop.pieces):
            _garment(world, shop, item, position, user)
    else:
        latitude, longitude = shop.position
        world.add(
            "tailors",
            **row,
            skills=shop.niches,
            address=shop.address,
            position=f"SRID=4326;POINT({longitude:.6f} {latitude:.6f})",
        )
        for position, item in enumerate(shop.pieces):
            world.add(
                "sample_works",
                id=demo_id("sample", shop.name, position),
                tailor_id=shop.id,
                image_id=world.show(item.picture, user),
                description=item.description,
                position=position,
                created_at=shop.began + timedelta(days=2 + position),
            )


def _garment(world: World, shop: Shop, item: Garment, position: int, user: str) -> None:
    world.add(
        "portfolio_items",
        id=demo_id("piece", shop.name, position),
        designer_id=shop.id,
        image_id=world.show(item.picture, user),
        description=item.description,
        budget_min=item.least,
        budget_max=item.most,
        category=item.category,
        position=position,
        created_at=shop.began + timedelta(days=3 + 11 * position, hours=position),
    )


def _reviews() -> Iterator[dict[str, Any]]:
    """Cora has not reviewed Dina: she still may."""
    reviewers = cast.CUSTOMERS[1:]
    for number, shop in enumerate(shops()):
        rng = Random(f"reviews/{shop.name}")
        count, quality = _standing(shop, number, rng)
        for place, name in enumerate(rng.sample(reviewers, count)):
            # Nobody but the two stars is beyond reproach: every eighth guest leaves a star off.
            stars = 4 if place % (30 if quality > 0.95 else 8) == 0 else _stars(quality, rng)
            written = datetime(2025, 3, 4, 8, tzinfo=UTC) + timedelta(
                days=rng.randrange(610), minutes=rng.randrange(800)
            )
            replied = rng.random() < 0.25
            yield {
                "id": demo_id("review", shop.name, name),
                "customer_id": demo_id("customer", name),
                "designer_id": shop.id if shop.role == "DESIGNER" else None,
                "tailor_id": shop.id if shop.role == "TAILOR" else None,
                "rating": stars,
                "comment": _comment(stars, shop.role, rng),
                "reply": rng.choice(words.REPLIES) if replied else None,
                "replied_at": written + timedelta(hours=7) if replied else None,
                "created_at": written,
                "updated_at": written,
            }


def _coras_review(now: datetime) -> dict[str, Any]:
    """Her blazer was finished, so what she says of its provider is verified."""
    written = now - timedelta(days=4, hours=2)
    return {
        "id": demo_id("review", "Ishaan Shetty", "Cora Fernandes"),
        "customer_id": demo_id("customer", "Cora Fernandes"),
        "designer_id": demo_id("designer", "Ishaan Shetty"),
        "tailor_id": None,
        "rating": 5,
        "comment": "The blazer sits as if it had grown on me, and yes, I can run in it. Ready two days early.",
        "reply": "Run far, Cora. The vent is reinforced.",
        "replied_at": written + timedelta(hours=3),
        "created_at": written,
        "updated_at": written,
    }


def _standing(shop: Shop, number: int, rng: Random) -> tuple[int, float]:
    """Return how many reviews a shop has, and how good it is (0–1). The two stars of the cast are best known."""
    if shop.name == cast.NEWCOMER:
        return 0, 1.0
    if shop.name in ("Dina Rao", "Tariq Khan"):
        return 38, 1.0
    if shop.name in words.BIOS:
        return rng.randrange(22, 33), 0.9
    return (1 if number % 23 == 7 else rng.randrange(3, 24)), rng.choice((0.35, 0.55, 0.7, 0.78, 0.85))


def _stars(quality: float, rng: Random) -> int:
    chance = rng.random()
    return 5 if chance < quality else 4 if chance < quality + (1 - quality) * 0.65 else 3 if chance < 0.96 else 2


def _comment(stars: int, role: str, rng: Random) -> str | None:
    if rng.random() < 0.12:
        return None
    if stars >= 5 or (stars == 4 and rng.random() < 0.4):
        return f"{rng.choice(words.TAILOR_PRAISE if role == 'TAILOR' else words.PRAISE)} {rng.choice(words.DETAILS)}".strip()
    return rng.choice(words.FAIR if stars == 4 else words.POOR)


def _count_reviews(world: World, reviews: list[dict[str, Any]]) -> None:
    for table, column in (("designers", "designer_id"), ("tailors", "tailor_id")):
        for row in world.tables[table]:
            given = [review["rating"] for review in reviews if review[column] == row["id"]]
            row["rating_sum"], row["review_count"] = sum(given), len(given)


def _wardrobe(world: World, now: datetime) -> None:
    """Cora's items, drawn without a ground: each image is its own cut-out, and nothing is left for the job to read."""
    cora = "Cora Fernandes"
    for number, hanging in enumerate(garments.wardrobe()):
        bought = BEGAN + timedelta(days=300 + 17 * number)
        image_id = world.show(hanging.picture, user_id(cora), "private")
        days = _worn_days(number, now)
        world.add(
            "wardrobe_items",
            id=demo_id("wardrobe", number),
            customer_id=demo_id("customer", cora),
            image_id=image_id,
            category=hanging.category,
            subcategory=hanging.subcategory,
            color=hanging.color,
            brand=hanging.brand,
            name=hanging.name,
            pattern=PATTERNS.get(hanging.picture.weave, "PRINT"),
            colors=json.dumps([{"name": hanging.color, "hex": DYES[hanging.picture.dye].base, "share": None}]),
            cutout_id=image_id,
            cutout_state="SHOWN",
            read_at=bought,
            price=hanging.price,
            worn_count=len(days),
            last_worn_on=max(days, default=None),
            created_at=bought,
            updated_at=bought,
        )
        for day in days:
            world.add("wardrobe_wears", item_id=demo_id("wardrobe", number), worn_on=day)
    _looks(world, demo_id("customer", cora), now)


PATTERNS = {
    "linen": "PLAIN",
    "silk": "PLAIN",
    "herringbone": "PLAIN",
    "checks": "CHECKS",
    "pinstripe": "STRIPES",
    "stripes": "STRIPES",
    "leheriya": "STRIPES",
}


def _worn_days(number: int, now: datetime) -> list[date]:
    """Some items are worn every other week, some once a year, some never."""
    rng = Random(f"worn/{number}")
    every, begun = rng.choice(((9, 4), (16, 11), (30, 21), (120, 95), (0, 0)))
    times = rng.randint(2, 9)
    return [(now - timedelta(days=begun + every * n)).date() for n in range(times)] if every else []


def _looks(world: World, customer_id: str, now: datetime) -> None:
    numbers = {hanging.name: number for number, hanging in enumerate(garments.wardrobe())}
    for place, (name, parts) in enumerate(garments.LOOKS):
        look_id, made = demo_id("look", name), now - timedelta(days=40 + place)
        world.add("wardrobe_looks", id=look_id, customer_id=customer_id, name=name, created_at=made, updated_at=made)
        for position, (item, part) in enumerate(parts):
            world.add(
                "wardrobe_look_parts",
                look_id=look_id,
                item_id=demo_id("wardrobe", numbers[item]),
                part=part,
                position=position,
            )
