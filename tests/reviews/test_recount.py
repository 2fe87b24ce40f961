"""After any history of reviews and replies, rating and count equal a recount."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neural_threads.features.accounts.queries import person_of
from neural_threads.features.reviews.actions import leave_review, reply_to_review
from neural_threads.features.reviews.queries import reviews_of, summary_of
from neural_threads.features.reviews.shapes import NewReply
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import Conflict
from tests.factories.reviews import KINDS, both_ways, draft_for, new_customers, person, provider_of, user_for_session

pytestmark = pytest.mark.usefixtures("database")
REVIEWERS = 6

# Of each round: who reviews (the same person perhaps twice), and with how many stars; all of a round at once.
REVIEW = st.tuples(st.integers(0, REVIEWERS - 1), st.integers(1, 5))
HISTORIES = st.lists(st.one_of(st.lists(REVIEW, min_size=1, max_size=4), st.just("reply")), min_size=1, max_size=6)


async def leave(me: Any, provider: Any, rating: int) -> None:
    try:
        async with transaction() as db:
            await leave_review(db, me, draft_for(provider, rating))
    except Conflict as conflict:
        assert conflict.code == "ALREADY_REVIEWED"


async def reply(provider: Any) -> None:
    async with transaction() as db:
        for review in (await reviews_of(db, provider, unanswered=True, limit=1))[0]:
            await reply_to_review(db, provider, review.id, NewReply(comment="Thank you"))


async def live(history: Any, customers: list[Any], provider: Any) -> None:
    async with reading() as db:
        await db.execute("delete from reviews where %(id)s in (designer_id, tailor_id)", id=provider.role_id)
    said: dict[int, set[int]] = {}
    for step in history:
        if step == "reply":
            await reply(provider)
            continue
        await asyncio.gather(*(leave(customers[who], provider, rating) for who, rating in step))
        for who, rating in step:
            said.setdefault(who, set()).add(rating)
    async with reading() as db:
        found, _ = await reviews_of(db, provider)
        summary = await summary_of(db, designer_id=provider.designer_id, tailor_id=provider.tailor_id)
    ratings = [review.rating for review in found]
    assert len(ratings) == len({review.customer_id for review in found}) == len(said)
    if said:
        average, count = await user_for_session(provider)
        assert count == len(ratings) == summary.count
        assert abs(average - sum(ratings) / count) < 1e-9
        assert abs(summary.average - average) < 1e-9
    assert summary.histogram == {str(n): ratings.count(n) for n in range(1, 6)}


def recounted(examples: int, kind: Any, db: Any, people: Any, loop: asyncio.AbstractEventLoop) -> None:
    async def cast() -> tuple[list[Any], Any]:
        ids = await new_customers(db, REVIEWERS)
        return [await person_of(db, id) for id in ids], await person(await provider_of(people, kind))

    customers, provider = loop.run_until_complete(cast())

    @given(HISTORIES)
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def story(history: Any) -> None:
        loop.run_until_complete(live(history, customers, provider))

    story()


@pytest.mark.parametrize("kind", KINDS, ids=both_ways)
def test_any_history(people: Any, db: Any, kind: Any, loop: Any) -> None:
    recounted(12, kind, db, people, loop)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids=both_ways)
def test_any_of_many_histories(people: Any, db: Any, kind: Any, loop: Any) -> None:
    recounted(300, kind, db, people, loop)
