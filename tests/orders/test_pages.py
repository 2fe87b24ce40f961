"""The pages without scripts: forms, links and redirects are enough for both sides."""

import json
import re

import pytest

from neural_threads.features.orders.kinds import ALTERATION, DESIGN, KINDS
from neural_threads.platform.db import transaction
from tests.factories.orders import SOON, asked, chat_between, person, provider_of, told_to
from tests.media.bad_files import jpeg

pytestmark = pytest.mark.usefixtures("database")
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
HTML = {"Accept": "text/html"}


async def look(one, url, status=200):
    answer = await one.get(url, headers=HTML)
    assert answer.status_code == status, f"{url}: {answer.status_code} {answer.text[:500]}"
    return answer.text


async def press(one, url, **fields):
    return await one.post(url, data={**fields, "csrf_token": await one.csrf()}, headers=HTML)


def hidden(html, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no field {name}"
    return found[1]


def desks(kind, provider, id=""):
    """The customer's page and the maker's."""
    return f"/customer/{kind.path}/{id}".rstrip("/"), f"/{provider.role.lower()}/requests/{id}".rstrip("/")


@each_kind
async def test_cora_asks_by_form_and_pressing_twice_is_asking_once(people, kind):
    cora, provider = await people.customer("Cora"), await provider_of(people, kind, "Tariq Khan")
    provider_id = (await person(provider)).role_id
    new = f"/customer/{kind.path}/new"
    assert f"{new}?{kind.maker}Id=" in await look(cora, f"{new}?search=Tariq+Khan")
    html = await look(cora, f"{new}?{kind.maker}Id={provider_id}")
    assert "Ask Tariq Khan" in html
    fields = {"key": hidden(html, "key"), f"{kind.maker}Id": provider_id, "description": "Shorter & narrower"}
    answers = [await press(cora, new, **fields) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    [place] = {answer.headers["location"] for answer in answers}
    html = await look(cora, place)
    assert "Shorter &amp; narrower" in html
    assert "Waiting for an answer from Tariq Khan." in html
    assert len(await told_to(provider)) == 1


async def test_in_a_chat_the_form_comes_alone_and_leads_nowhere(people):
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    me, her = await person(cora), await person(dina)
    chat = await chat_between(me, her)
    sheet, new = HTML | {"HX-Request": "true"}, "/customer/design-requests/new"
    page = await cora.get(f"{new}?designerId={her.designer_id}&chatId={chat}", headers=sheet)
    assert page.status_code == 200
    assert "<html" not in page.text
    fields = {name: hidden(page.text, name) for name in ("key", "designerId", "chatId")}
    fields["csrf_token"] = await cora.csrf()
    refused = await cora.http.post(new, data={**fields, "description": " "}, headers=sheet)
    assert (refused.status_code, "<html" in refused.text) == (422, False)
    sent = await cora.http.post(new, data={**fields, "description": "Like this"}, headers=sheet)
    assert (sent.status_code, sent.text) == (204, "")
    [request] = (await cora.get("/api/design-requests")).json()["data"]
    assert (request["chatId"], request["description"]) == (chat, "Like this")
    odile = await people.customer("Odile")
    fields |= {"csrf_token": await odile.csrf(), "key": "another"}
    stranger = await odile.http.post(new, data={**fields, "description": "Into their chat"}, headers=sheet)
    assert stranger.status_code == 404


@each_kind
async def test_what_was_typed_stays_when_something_is_wrong(people, kind):
    cora, provider = await people.customer(), await provider_of(people, kind)
    new, provider_id = f"/customer/{kind.path}/new", (await person(provider)).role_id
    answer = await press(cora, new, key="k1", **{f"{kind.maker}Id": provider_id}, description=" ")
    assert answer.status_code == 422
    assert "Ask " in answer.text
    assert 'aria-invalid="true"' in answer.text
    answer = await press(
        cora, new, key="k1", **{f"{kind.maker}Id": provider_id}, description="Kept words", reference="/media/foreign"
    )
    assert answer.status_code == 422
    assert "Kept words" in answer.text
    assert hidden(answer.text, "key") == "k1"


@each_kind
async def test_from_asking_to_finished_by_forms_alone(people, kind):
    cora, provider = await people.customer("Cora"), await provider_of(people, kind, "Tariq")
    request = await asked(kind, await person(cora), await person(provider))
    hers, his = desks(kind, provider, request.id)
    html = await look(provider, his)
    for button in ("Accept and send the quote", "Only send the quote", "Accept without a quote", "Decline the request"):
        assert button in html
    assert "Mark as completed" not in html
    quote = {"quotedPrice": "650", "promisedDate": SOON, "notes": "Bring it on Tuesday", "ifStatus": "PENDING"}
    answer = await press(provider, his, **quote, status="ACCEPTED")
    assert (answer.status_code, answer.headers["location"]) == (303, his)
    assert "Start work</span>" not in await look(provider, his)
    html = await look(cora, hers)
    assert "₹650" in html
    assert "Bring it on Tuesday" in html
    seen = {"quotedPrice": hidden(html, "quotedPrice"), "promisedDate": hidden(html, "promisedDate")}
    assert (await press(cora, f"{hers}/accept-quote", **seen)).status_code == 303
    assert "Start work</span>" in await look(provider, his)
    for status, seen_status in (("IN_PROGRESS", "ACCEPTED"), ("COMPLETED", "IN_PROGRESS")):
        assert (await press(provider, his, status=status, ifStatus=seen_status)).status_code == 303
    html = await look(cora, hers)
    assert "Tariq completed your request." in html
    assert "Cancel this request" not in html


@each_kind
async def test_a_mistake_in_the_offer_is_shown_at_its_field(people, kind):
    cora, provider = await people.customer(), await provider_of(people, kind)
    request = await asked(kind, await person(cora), await person(provider))
    _hers, his = desks(kind, provider, request.id)
    answer = await press(provider, his, quotedPrice="0.001", promisedDate="2020-01-01", notes="Kept")
    assert answer.status_code == 422
    for said in ("Write an amount in rupees", "Choose today or a later date.", "Kept", 'value="0.001"'):
        assert said in answer.text


@each_kind
async def test_who_comes_too_late_sees_how_it_is_now(people, kind):
    cora, provider = await people.customer(), await provider_of(people, kind)
    request = await asked(kind, await person(cora), await person(provider))
    hers, his = desks(kind, provider, request.id)
    assert (await press(provider, his, status="ACCEPTED", ifStatus="PENDING")).status_code == 303
    answer = await press(cora, hers, status="CANCELLED", ifStatus="PENDING")
    assert answer.status_code == 409
    assert "while the status of the request is “Accepted”" in answer.text
    assert (await press(cora, hers, status="CANCELLED", ifStatus="ACCEPTED")).status_code == 303
    assert "You cancelled this request." in await look(cora, hers)


async def test_another_offer_than_the_one_on_the_page_is_not_accepted(people):
    cora, tariq = await people.customer(), await people.tailor()
    request = await asked(ALTERATION, await person(cora), await person(tariq), "ACCEPTED")
    hers, his = desks(ALTERATION, tariq, request.id)
    await press(tariq, his, quotedPrice="650", promisedDate=SOON)
    await press(tariq, his, quotedPrice="950", promisedDate=SOON)
    answer = await press(cora, f"{hers}/accept-quote", quotedPrice="650.00", promisedDate=SOON)
    assert answer.status_code == 409
    assert "The quote has changed." in answer.text


@each_kind
async def test_looking_at_a_request_is_having_heard_of_it(people, kind):
    cora, provider = await people.customer(), await provider_of(people, kind)
    request = await asked(kind, await person(cora), await person(provider))
    _hers, his = desks(kind, provider, request.id)
    assert (await provider.get("/api/notifications")).json()["unreadCount"] == 1
    await look(provider, his)
    assert (await provider.get("/api/notifications")).json()["unreadCount"] == 0


@each_kind
async def test_strangers_and_other_roles_find_nothing(people, kind):
    cora, provider = await people.customer(), await provider_of(people, kind)
    request = await asked(kind, await person(cora), await person(provider))
    hers, his = desks(kind, provider, request.id)
    odile, other = await people.customer("Odile"), await provider_of(people, kind)
    await look(odile, hers, 404)
    await look(other, his, 404)
    await look(odile, his, 403)
    await look(provider, hers, 403)
    assert (await press(odile, hers, status="CANCELLED")).status_code == 404
    assert (await press(other, his, status="ACCEPTED")).status_code == 404
    assert (await press(cora, hers, quotedPrice="5")).status_code == 403
    nobody = people.anonymous()
    answer = await nobody.get(hers, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={hers}")
    await look(provider, f"/customer/{kind.path}/new", 403)


@each_kind
async def test_lists_filter_search_and_go_on(people, kind):
    cora, provider = await people.customer("Cora"), await provider_of(people, kind, "Tariq Khan")
    me, them = await person(cora), await person(provider)
    for n in range(22):
        await asked(kind, me, them, "COMPLETED" if n < 2 else "PENDING")
    hers, his = desks(kind, provider)
    html = await look(cora, hers)
    assert html.count('class="card order') == 20
    older = re.search(r'href="([^"]*cursor=[^"]*)"', html)
    assert older
    assert (await look(cora, older[1].replace("&amp;", "&"))).count('class="card order') == 2
    assert (await look(cora, f"{hers}?status=COMPLETED")).count('class="card order') == 2
    assert "No requests with this status" in await look(cora, f"{hers}?status=REJECTED")
    assert "No results" in await look(cora, f"{hers}?search=velvet")
    html = await look(provider, his)
    assert html.count('class="card order') == 20
    assert html.count('class="order-column"') == 3
    assert (await look(provider, f"{his}?search=kurta")).count('class="card order') == 20
    partial = await cora.get(hers, headers=HTML | {"HX-Request": "true"})
    assert "<html" not in partial.text


async def test_empty_lists_say_what_to_do(people):
    cora, dina, tariq = await people.customer(), await people.designer(), await people.tailor()
    assert "Ask a tailor" in await look(cora, "/customer/alterations")
    assert "Ask a designer" in await look(cora, "/customer/design-requests")
    for provider in (dina, tariq):
        home = f"/{provider.role.lower()}"
        assert "No requests yet" in await look(provider, f"{home}/requests")


async def test_what_people_typed_is_only_text(people):
    cora, dina = await people.customer("Cora <i>Rao</i>"), await people.designer()
    request = await asked(DESIGN, await person(cora), await person(dina))
    async with transaction() as db:
        await db.execute(
            "update design_requests set description = %(text)s, notes = %(text)s where id = %(id)s",
            text='<script>alert(1)</script>"onload="',
            id=request.id,
        )
    html = await look(dina, f"/designer/requests/{request.id}")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "Cora &lt;i&gt;Rao&lt;/i&gt;" in html


@each_kind
async def test_up_to_six_images_come_along_without_scripts(people, kind):
    cora, provider = await people.customer("Cora"), await provider_of(people, kind)
    provider_id = (await person(provider)).role_id
    new = f"/customer/{kind.path}/new"
    html = await look(cora, f"{new}?{kind.maker}Id={provider_id}")
    fields = {"key": hidden(html, "key"), f"{kind.maker}Id": provider_id, "csrf_token": await cora.csrf()}
    files = [("imageUrls", (f"{n}.jpg", jpeg(), "image/jpeg")) for n in range(2)]
    refused = await cora.http.post(new, data={**fields, "description": " "}, files=files, headers=HTML)
    assert refused.status_code == 422
    kept = re.findall(r'type="checkbox" name="imageUrls" value="([^"]+)" checked', refused.text)
    assert len(kept) == 2, "what was sent already stays"
    sent = await cora.http.post(
        new, data={**fields, "description": "Like these", "imageUrls": kept}, files=files[:1], headers=HTML
    )
    assert sent.status_code == 303
    [request] = (await cora.get(f"/api/{kind.path}")).json()["data"]
    assert len(request["imageUrls"]) == 3
    seven = [("imageUrls", (f"{n}.jpg", jpeg(), "image/jpeg")) for n in range(5)]
    data = {**fields, "key": "another", "description": "Too many", "imageUrls": kept}
    assert (await cora.http.post(new, data=data, files=seven, headers=HTML)).status_code == 422
    wrong = [("imageUrls", ("a.txt", b"no picture", "image/jpeg"))]
    data = {**fields, "key": "third", "description": "No picture"}
    assert (await cora.http.post(new, data=data, files=wrong, headers=HTML)).status_code in (415, 422)


@each_kind
async def test_a_job_card_is_for_its_provider_only(people, kind):
    cora, provider = await people.customer("Cora"), await provider_of(people, kind)
    odile = await provider_of(people, kind, "Odile")
    pins = [{"x": 0.5, "y": 0.25, "note": "take in 2 cm"}]
    request = await asked(kind, await person(cora), await person(provider), quoted_price=650, promised_date=SOON)
    async with transaction() as db:
        sql = f"update {kind.table} set pins = %(pins)s::text::jsonb where id = %(id)s"
        await db.execute(sql, pins=json.dumps(pins), id=request.id)
    page = desks(kind, provider, request.id)[1]
    assert f'href="{page}/print"' in await look(provider, page)
    card = await look(provider, f"{page}/print")
    for shown in ("Cora", "Take the kurta in", "₹650", "take in 2 cm", 'class="job-code"'):
        assert shown in card
    await look(odile, f"{page}/print", 404)
    await look(cora, f"{page}/print", 403)
    visitor = await people.anonymous().get(f"{page}/print", headers=HTML)
    assert visitor.headers["location"].startswith("/login")
