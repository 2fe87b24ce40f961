"""A maker's first page is whoever wrote; nobody is led to a page that is not theirs."""

import pytest


@pytest.mark.parametrize(("kind", "home"), [("designer", "/designer/chats"), ("tailor", "/tailor/chats")])
async def test_a_maker_is_led_to_the_chats(people, kind, home):
    maker = await getattr(people, kind)()
    answer = await maker.get(f"/{kind}")
    assert (answer.status_code, answer.headers["location"]) == (303, home)


async def test_cora_is_led_to_her_own_home(people):
    cora = await people.customer()
    answer = await cora.get("/designer")
    assert (answer.status_code, answer.headers["location"]) == (303, "/customer")


async def test_a_visitor_is_led_to_the_door_and_back(people):
    answer = await people.anonymous().get("/tailor", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/tailor")
