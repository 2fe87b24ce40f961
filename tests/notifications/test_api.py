"""Notifications over HTTP: listing, reading, and nobody else's."""

import pytest

from neural_threads.features.notifications.inbox import notify, notify_of_review
from neural_threads.features.notifications.shapes import NotificationType
from neural_threads.platform.db import transaction
from neural_threads.platform.i18n import lazy_gettext

pytestmark = pytest.mark.usefixtures("database")
HTML = {"Accept": "text/html"}


async def tell(one, by, times=1, type=NotificationType.ORDER_UPDATE, link="~/requests/c1"):
    for n in range(times):
        async with transaction() as db:
            await notify(
                db,
                one.id,
                type,
                title=lazy_gettext("Title %(n)s"),
                message=lazy_gettext("%(who)s did it."),
                actor_id=by.id,
                link=link,
                details={"n": n},
            )


async def listed(one, query=""):
    answer = await one.get(f"/api/notifications{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_notification_has_what_the_spec_names(people):
    cora, dina = await people.customer("Cora"), await people.designer()
    await tell(dina, cora)
    told = await listed(dina)
    [one] = told["data"]
    assert told["success"] is True
    assert one == {
        "id": one["id"],
        "userId": dina.id,
        "type": "ORDER_UPDATE",
        "title": "Title 0",
        "message": "Cora did it.",
        "link": "/designer/requests/c1",
        "chatId": None,
        "actor": {"id": cora.id, "name": "Cora", "avatarUrl": None},
        "count": 1,
        "isRead": False,
        "createdAt": one["createdAt"],
    }
    assert one["createdAt"].endswith("Z")
    assert told["unreadCount"] == 1


async def test_pages_follow_each_other_without_gap_or_double(people):
    cora, dina = await people.customer(), await people.designer()
    await tell(dina, cora, 23)
    seen, query = [], "?limit=5"
    while True:
        told = await listed(dina, query)
        seen += [one["title"] for one in told["data"]]
        if not told["hasMore"]:
            assert told["nextCursor"] is None
            break
        query = f"?limit=5&cursor={told['nextCursor']}"
    assert seen == [f"Title {n}" for n in reversed(range(23))]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?limit=1000000000", 200),
        ("?limit=0", 422),
        ("?limit=-1", 422),
        ("?limit=five", 422),
        ("?unreadOnly=perhaps", 422),
        ("?type=GOSSIP", 422),
        ("?cursor=forged", 422),
        ("?unreadOnly=", 200),
        ("?type=REVIEW,MESSAGE", 200),
    ],
)
async def test_strange_questions(people, query, status):
    dina = await people.designer()
    assert (await dina.get(f"/api/notifications{query}")).status_code == status


@pytest.mark.case("G23")
async def test_a_limit_above_the_most_is_clamped(people):
    cora, dina = await people.customer(), await people.designer()
    await tell(dina, cora, 101)
    assert len((await listed(dina, "?limit=1000000000"))["data"]) == 100
    assert len((await listed(dina))["data"]) == 20


async def test_a_cursor_is_good_only_for_its_list_and_reader(people):
    cora, dina, odile = await people.customer(), await people.designer(), await people.customer("Odile")
    await tell(dina, cora, 3)
    cursor = (await listed(dina, "?limit=1"))["nextCursor"]
    for one, query in ((odile, ""), (dina, "&unreadOnly=true")):
        answer = await one.get(f"/api/notifications?cursor={cursor}{query}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "INVALID_CURSOR")


async def test_unread_only_and_reading(people):
    cora, dina = await people.customer(), await people.designer()
    await tell(dina, cora, 3)
    [_newest, middle, _oldest] = (await listed(dina))["data"]
    for _ in range(2):
        answer = await dina.put(f"/api/notifications/{middle['id']}/read")
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    told = await listed(dina, "?unreadOnly=true")
    assert [one["title"] for one in told["data"]] == ["Title 2", "Title 0"]
    assert told["unreadCount"] == 2
    answer = await dina.put("/api/notifications/read-all")
    assert (answer.status_code, answer.json()["data"]) == (200, {"count": 2})
    assert (await listed(dina))["unreadCount"] == 0
    assert len((await listed(dina))["data"]) == 3


async def test_some_types_only(people):
    cora, dina = await people.customer(), await people.designer()
    await tell(dina, cora)
    async with transaction() as db:
        await notify_of_review(db, reader_id=dina.id, actor_id=cora.id, rating=3)
    assert [one["type"] for one in (await listed(dina, "?type=REVIEW"))["data"]] == ["REVIEW"]
    assert len((await listed(dina, "?type=REVIEW&type=ORDER_UPDATE"))["data"]) == 2


@pytest.mark.case("G23")
async def test_odile_cannot_read_what_dina_was_told(people):
    cora, dina, odile = await people.customer(), await people.designer(), await people.customer("Odile")
    await tell(dina, cora)
    [one] = (await listed(dina))["data"]
    assert (await listed(odile))["data"] == []
    missing = await odile.put("/api/notifications/cnobody/read")
    answer = await odile.put(f"/api/notifications/{one['id']}/read")
    assert (answer.status_code, answer.json()) == (404, missing.json())
    assert (await odile.post(f"/notifications/{one['id']}/open", headers=HTML)).status_code == 404
    assert (await listed(dina))["unreadCount"] == 1


async def test_a_visitor_is_sent_to_the_door(people):
    nobody = people.anonymous()
    assert (await nobody.get("/api/notifications")).status_code == 401
    answer = await nobody.get("/notifications", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/notifications")


async def test_without_scripts_it_opens_where_it_leads_and_is_read(people):
    cora, dina = await people.customer("Cora"), await people.designer()
    await tell(dina, cora)
    [one] = (await listed(dina))["data"]
    html = (await dina.get("/notifications", headers=HTML)).text
    assert "Cora did it." in html
    assert f'action="/notifications/{one["id"]}/open"' in html
    answer = await dina.post(f"/notifications/{one['id']}/open", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/designer/requests/c1")
    assert (await listed(dina))["unreadCount"] == 0


async def test_without_scripts_all_are_marked_and_the_filter_stays(people):
    cora, dina = await people.customer(), await people.designer()
    await tell(dina, cora, 2)
    answer = await dina.post(
        "/notifications/read-all", data={"unreadOnly": "true", "csrf_token": await dina.csrf()}, headers=HTML
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/notifications?unreadOnly=true")
    html = (await dina.get("/notifications?unreadOnly=true", headers=HTML)).text
    assert "All caught up" in html


async def test_what_others_are_called_is_only_text(people):
    cora, dina = await people.customer("Cora <b>Rao</b>%(who)s"), await people.designer()
    await tell(dina, cora)
    html = (await dina.get("/notifications", headers=HTML)).text
    assert "Cora &lt;b&gt;Rao&lt;/b&gt;%(who)s did it." in html


async def test_a_customer_is_not_offered_the_filters_of_providers(people):
    cora, dina = await people.customer(), await people.designer()
    assert "Profile views" in (await dina.get("/notifications", headers=HTML)).text
    assert "Profile views" not in (await cora.get("/notifications", headers=HTML)).text
