"""Cora reviews, Dina and Tariq are reviewed, Odile looks on: what the tests of reviews share."""

from typing import Any

from neural_threads.features.orders.kinds import ALTERATION, DESIGN, KINDS, Kind
from neural_threads.features.reviews.shapes import NewReview
from neural_threads.platform.db import reading
from neural_threads.platform.ids import new_id
from tests.factories.orders import asked, person, provider_of, told_to

__all__ = ["ALTERATION", "DESIGN", "KINDS", "asked", "both_ways", "person", "provider_of", "told_to"]


def body_for(provider: Any, rating: Any = 5, **more: Any) -> dict[str, Any]:
    """The JSON of a review; `maker` is a Person of features.accounts."""
    key = "designerId" if provider.designer_id else "tailorId"
    return {key: provider.role_id, "rating": rating, **more}


def draft_for(provider: Any, rating: int, comment: str | None = None) -> NewReview:
    """The same as an action wants it."""
    return NewReview(designer_id=provider.designer_id, tailor_id=provider.tailor_id, rating=rating, comment=comment)


def query_for(provider: Any) -> dict[str, str]:
    """The question after this maker's reviews."""
    return {"designerId" if provider.designer_id else "tailorId": provider.role_id}


def both_ways(kind: Kind) -> str:
    """Return how a test's name calls the kind."""
    return kind.maker


async def user_for_session(provider: Any) -> tuple[float, int]:
    """Rating and count as the maker's own row has them."""
    table = "designers" if provider.designer_id else "tailors"
    async with reading() as db:
        row = await db.value(f"select array[rating, review_count] from {table} where id = %(id)s", id=provider.role_id)
    return row[0], int(row[1])


async def new_customers(db: Any, many: int) -> list[str]:
    """So many customers, straight in the database; answers their users' ids."""
    users = [new_id() for _ in range(many)]
    await db.execute(
        """
        with made as (
          insert into users (id, email, password_hash, role, name)
          select id, id || '@example.com', 'x', 'CUSTOMER', 'Asha Menon' from unnest(%(ids)s::text[]) id returning id)
        insert into customers (id, user_id) select 'k' || id, id from made
        """,
        ids=users,
    )
    return users
