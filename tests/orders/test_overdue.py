"""A broken promise is told once, to the customer alone."""

from datetime import timedelta

import pytest

from neural_threads.features.orders.kinds import KINDS
from neural_threads.features.orders.overdue import notify_of_late, tell_of_late_requests
from neural_threads.platform.db import transaction
from neural_threads.platform.i18n import promise_date, today
from neural_threads.platform.serialization.types import Moment
from tests.factories.orders import asked, person, provider_of, told_to

pytestmark = pytest.mark.usefixtures("database")
YESTERDAY = today() - timedelta(days=1)
AGREED = {"quoted_price": 500, "quote_accepted_at": Moment.current()}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
async def test_cora_is_told_once_that_it_is_late(people, kind):
    cora, provider = await people.customer("Cora"), await provider_of(people, kind, "Tariq")
    me, them = await person(cora), await person(provider)
    late = await asked(kind, me, them, "IN_PROGRESS", promised_date=YESTERDAY, **AGREED)
    await asked(kind, me, them, "ACCEPTED", promised_date=YESTERDAY, **AGREED)
    for status, columns in (
        ("IN_PROGRESS", {"promised_date": today()}),
        ("IN_PROGRESS", {}),
        ("COMPLETED", {"promised_date": YESTERDAY}),
        ("CANCELLED", {"promised_date": YESTERDAY}),
        ("ACCEPTED", {"promised_date": YESTERDAY, "quote_accepted_at": None}),
    ):
        await asked(kind, me, them, status, **(AGREED | columns))
    before = len(await told_to(provider))
    for _ in range(2):
        await tell_of_late_requests.func(0)
    told = await told_to(cora)
    sentence = (
        f"Tariq promised it for {promise_date(YESTERDAY)} and has not finished yet. Ask in the chat what happened."
    )
    assert [message for _title, message, _link in told] == [sentence, sentence]
    assert f"/customer/{kind.path}/{late.id}" in [link for _title, _message, link in told]
    assert len(await told_to(provider)) == before
    [seen] = (await cora.get(f"/api/{kind.path}?status=IN_PROGRESS&limit=100&search=Tariq")).json()["data"][-1:]
    assert seen["statusMessage"].startswith("Tariq is late: it was promised for ")


async def test_nothing_is_late_twice(people):
    async with transaction() as db:
        assert [await notify_of_late(db, kind) for kind in KINDS] == [0, 0]
