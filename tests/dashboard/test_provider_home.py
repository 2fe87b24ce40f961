"""GET /designer and /tailor: what waits, what is due, what was said, who looked."""

from datetime import timedelta

import pytest

from neural_threads.features.orders.kinds import ALTERATION, DESIGN
from neural_threads.platform.i18n import due_day, today
from tests.factories.orders import asked, person

PAGE = {"Accept": "text/html"}


async def look(one, path):
    return await one.get(path, headers=PAGE)


@pytest.mark.parametrize(("kind", "path"), [(DESIGN, "/designer"), (ALTERATION, "/tailor")])
async def test_a_providers_day_in_order(people, db, kind, path):
    provider = await (people.designer("Dina Rao") if kind is DESIGN else people.tailor("Tariq Khan"))
    cora = await people.customer()
    me, her = await person(provider), await person(cora)
    begun = {"quoted_price": 500}
    await asked(kind, her, me)
    for days in (-2, 0, 1, 6, 30):
        await asked(kind, her, me, "IN_PROGRESS", promised_date=today() + timedelta(days=days), **begun)
    page = await look(provider, path)
    assert page.status_code == 200
    html = page.text
    assert "1 request is late. Start with it." in html
    order = [html.index(words) for words in ("late since", "due today", "due tomorrow")]
    assert order == sorted(order)
    assert html.count('class="home-job"') == 5, "what is due in a month is not for today"
    assert f'href="{path}/requests?status=PENDING"' in html


async def test_views_and_reviews_are_shown(people, db):
    dina, cora = await people.designer(), await people.customer("Cora")
    profile = (await dina.me())["designer"]["id"]
    await look(cora, f"/customer/designers/{profile}")
    await db.execute(
        """
        insert into reviews (id, customer_id, designer_id, rating, comment)
        select 'v' || c.id, c.id, %(dina)s, 5, 'On time, to the hour' from customers c where c.user_id = %(cora)s
        """,
        dina=profile,
        cora=cora.id,
    )
    html = (await look(dina, "/designer")).text
    assert "On time, to the hour" in html
    assert '<strong class="figures">1</strong><a href="/notifications?type=PROFILE_VIEW">' in html


async def test_nobody_is_shown_anothers_home(people):
    cora, dina = await people.customer(), await people.designer()
    for one, path, home in ((cora, "/designer", "/customer"), (dina, "/tailor", "/designer")):
        answer = await look(one, path)
        assert (answer.status_code, answer.headers["location"]) == (303, home)
    answer = await look(people.anonymous(), "/tailor")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/tailor")


def test_a_promised_day_is_said_as_one_says_it():
    assert due_day(today()) == "today"
    assert due_day(today() + timedelta(days=1)) == "tomorrow"
    assert due_day(today() + timedelta(days=3)) == f"{today() + timedelta(days=3):%A}"
    assert "day" not in due_day(today() + timedelta(days=9))
