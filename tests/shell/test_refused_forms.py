"""A form that is refused is not lost: it is shown again at once, or after signing in, and to nobody but its writer."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from neural_threads.platform.db import Db
from neural_threads.web.http.form_refill import refill
from tests.support.people import Anonymous, People, Person

PAGE = {"Accept": "text/html,application/xhtml+xml"}
BIO = "Sari blouses\nfrom ₹900 — “no hurry” & <b>neat</b>"


async def post(person: Anonymous, path: str, data: dict[str, Any], referer: str = "", **headers: str) -> httpx.Response:
    """Send a form as a browser does."""
    told = {"Referer": f"{person.url}{referer}"} if referer else {}
    return await person.http.post(path, data=data, headers=PAGE | {"Sec-Fetch-Site": "same-origin"} | told | headers)


async def look(person: Anonymous, path: str) -> httpx.Response:
    return await person.http.get(path, headers=PAGE)


async def sign_in_by_form(person: Anonymous, known: Person, wanted: str) -> httpx.Response:
    page = await look(person, "/login")
    token = unescape(re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1])  # type: ignore[index]
    data = {"email": known.email, "password": known.password, "next": wanted, "csrf_token": token}
    answer = await post(person, "/login", data)
    person.forget_csrf()
    return answer


@pytest.fixture
async def profile(people: People) -> tuple[Person, dict[str, Any]]:
    """Tariq, and his profile as he has filled it in."""
    tariq = await people.tailor()
    form = {
        "name": "Tariq of the Lane",
        "skills": ["HEMMING", "STITCHING"],
        "languages": ["ENGLISH"],
        "location": "COMMERCIAL_STREET",
        "yearsOfExperience": "11",
        "bio": BIO,
        "csrf_token": await tariq.csrf(),
    }
    return tariq, form


async def test_origin_null_counts_as_not_said_beside_the_token_and_sec_fetch_site(people: People) -> None:
    cora = await people.customer()
    token = {"csrf_token": await cora.csrf()}
    null = {"Origin": "null"}
    for headers in (null, null | {"Sec-Fetch-Site": "none"}, null | {"Sec-Fetch-Site": "cross-site"}):
        answer = await cora.http.post("/settings/appearance", data=token, headers=PAGE | headers)
        assert answer.status_code == 403, headers
    wrong = await cora.http.post(
        "/settings/appearance", data={"csrf_token": "x"}, headers=PAGE | null | {"Sec-Fetch-Site": "same-origin"}
    )
    assert wrong.status_code == 403
    answer = await post(cora, "/settings/appearance", token, **null)
    assert answer.status_code == 303
    said = {"X-CSRF-Token": await cora.csrf(), "Sec-Fetch-Site": "same-origin"}
    assert (await cora.http.post("/api/notifications/read-all", headers=said | null)).status_code in (200, 404, 405)


@pytest.mark.parametrize("end", ["elsewhere", "signed out in another tab", "cookies cleared"])
async def test_a_form_sent_after_the_end_of_the_session_comes_back_after_signing_in(
    profile: tuple[Person, dict[str, Any]], end: str
) -> None:
    tariq, form = profile
    if end == "elsewhere":
        phone = await tariq.another_device()
        session = next(one for one in (await phone.get("/api/auth/sessions")).json()["data"] if not one["isCurrent"])
        await phone.delete(f"/api/auth/sessions/{session['id']}")
        await phone.close()
    elif end == "cookies cleared":
        tariq.cookies.clear()
    else:
        await tariq.post("/logout", headers=PAGE)
    answer = await post(tariq, "/tailor/profile", form, referer="/tailor/profile?from=here")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/tailor/profile%3Ffrom%3Dhere")
    answer = await sign_in_by_form(tariq, tariq, "/tailor/profile?from=here")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tailor/profile?from=here")
    page = await look(tariq, "/tailor/profile?from=here")
    assert "What you wrote is still here" in page.text
    assert 'value="Tariq of the Lane"' in page.text
    assert "from ₹900 — “no hurry” &amp; &lt;b&gt;neat&lt;/b&gt;</textarea>" in page.text
    assert re.search(r'<input[^>]*name="skills"[^>]*value="HEMMING"[^>]*checked', page.text)
    assert not re.search(r'<input[^>]*name="skills"[^>]*value="ALTERATIONS"[^>]*checked', page.text)
    assert page.headers["Cache-Control"] == "no-store"
    assert "What you wrote is still here" not in (await look(tariq, "/tailor/profile")).text, (
        "another address is another form"
    )
    answer = await post(tariq, "/tailor/profile", form | {"csrf_token": await tariq.csrf()})
    assert answer.status_code == 303
    assert "What you wrote is still here" not in (await look(tariq, "/tailor/profile?from=here")).text, (
        "it was accepted"
    )


async def test_somebody_else_who_signs_in_here_sees_nothing_of_it(
    profile: tuple[Person, dict[str, Any]], people: People, db: Db
) -> None:
    tariq, form = profile
    other = await people.tailor("Omar")
    await tariq.post("/logout", headers=PAGE)
    await post(tariq, "/tailor/profile", form, referer="/tailor/profile")
    await sign_in_by_form(tariq, other, "/tailor/profile")
    page = await look(tariq, "/tailor/profile")
    assert "Omar" in page.text
    assert "Tariq of the Lane" not in page.text
    form |= {"csrf_token": form["csrf_token"]}  # Tariq's page is still open in another tab
    answer = await post(tariq, "/tailor/profile", form, referer="/tailor/profile")
    assert answer.status_code == 403
    assert "Another account is signed in here now." in answer.text
    assert "Tariq of the Lane" not in answer.text
    assert await db.value("select name from users where id = %(id)s", id=other.id) == "Omar"


async def test_passwords_and_tokens_are_never_kept(people: People, db: Db) -> None:
    cora = await people.customer()
    token = await cora.csrf()
    await cora.post("/logout", headers=PAGE)
    secrets = {"currentPassword": cora.password, "newPassword": "nine loud looms", "csrf_token": token}
    answer = await post(cora, "/settings/password", secrets | {"note": "harmless"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/settings")
    kept = await db.value("select fields::text from kept_forms where user_id = %(id)s", id=cora.id)
    assert kept == '[["note", "harmless"]]'


async def test_nothing_is_kept_of_a_form_without_our_token_or_from_elsewhere(people: People, db: Db) -> None:
    cora = await people.customer()
    token = await cora.csrf()
    await cora.post("/logout", headers=PAGE)
    for headers, sent in (
        ({"Sec-Fetch-Site": "cross-site"}, token),
        ({}, "x"),
        ({}, f"{token[:80]}aaaaaa{token[86:]}"),
    ):
        answer = await post(cora, "/settings/profile", {"name": "Planted", "csrf_token": sent}, **headers)
        assert answer.status_code == 403
    assert await db.value("select count(*) from kept_forms where user_id = %(id)s", id=cora.id) == 0


async def test_of_many_kept_forms_the_oldest_goes(people: People, db: Db) -> None:
    cora = await people.customer()
    token = await cora.csrf()
    await cora.post("/logout", headers=PAGE)
    for number in range(8):
        await post(cora, "/settings/profile", {"name": f"Cora {number}", "csrf_token": token})
    kept = await db.all(
        str, "select fields->0->>1 from kept_forms where user_id = %(id)s order by created_at", id=cora.id
    )
    assert kept == [f"Cora {number}" for number in range(3, 8)]


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("/settings?tab=x", "/settings%3Ftab%3Dx"),
        ("", "/settings"),
        ("https://evil.example/settings", "/settings"),
        ("/api/users/profile", "/settings"),
        ("/settings/profile", "/settings"),
        ("//evil.example", "/settings"),
    ],
)
async def test_next_leads_to_the_page_of_the_form(people: People, referer: str, page: str) -> None:
    cora = await people.customer()
    token = await cora.csrf()
    await cora.post("/logout", headers=PAGE)
    where = {"Referer": referer if referer.startswith("https") else f"{cora.url}{referer}"} if referer else {}
    data = {"name": "Cora", "csrf_token": token}
    answer = await post(cora, "/settings/profile", data, **where)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/login?next={page}")


async def test_an_htmx_form_gets_the_way_to_the_page_that_it_stands_on(people: People) -> None:
    cora, dina = await people.customer(), await people.designer()
    designer = (await dina.me())["designer"]["id"]
    token = await cora.csrf()
    await cora.post("/logout", headers=PAGE)
    here = f"/customer/designers/{designer}"
    htmx = {"HX-Request": "true", "HX-Current-URL": f"{cora.url}{here}?tab=reviews"}
    answer = await post(cora, f"{here}/reviews", {"rating": "5", "comment": "Lovely", "csrf_token": token}, **htmx)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == f"/login?next={here}%3Ftab%3Dreviews"
    assert "Please sign in first." in answer.text


# Row 11: what a refusal says


async def test_a_second_sign_in_tab_leads_on(people: People) -> None:
    cora, visitor = await people.customer(), people.anonymous()
    old = await visitor.csrf()
    await sign_in_by_form(visitor, cora, "/settings")
    for path in ("/login", "/signup", "/signup/tailor"):
        data = {"email": cora.email, "password": cora.password, "next": "/customer/chats", "csrf_token": old}
        answer = await post(visitor, path, data, referer=path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/customer/chats")


@pytest.mark.parametrize("path", ["/login", "/signup", "/signup/designer", "/forgot-password"])
async def test_without_cookies_a_form_says_that_they_are_needed(people: People, path: str) -> None:
    visitor = people.anonymous()
    token = await visitor.csrf()
    visitor.cookies.clear()
    answer = await post(visitor, path, {"email": "c@example.com", "password": "x", "csrf_token": token}, referer=path)
    assert answer.status_code == 403
    assert "please allow cookies for this site" in answer.text
    assert 'value="c@example.com"' in answer.text
    assert "is for another account" not in answer.text


async def test_an_old_form_is_shown_again_with_its_words_and_can_be_sent(people: People) -> None:
    visitor = people.anonymous()
    await look(visitor, "/login")  # a visitor's cookie
    form = {
        "name": "Old Cora",
        "email": "old.cora@example.com",
        "password": "seven indigo looms",
        "csrf_token": "x" * 86,
    }
    answer = await post(
        visitor, "/signup", form | {"stylePreferences": ["BRIDAL"]}, referer="/signup?next=/customer/chats"
    )
    assert answer.status_code == 403
    assert "This form has expired." in answer.text
    assert 'value="Old Cora"' in answer.text
    assert "seven indigo looms" not in answer.text
    token = unescape(re.search(r'name="csrf_token" value="([^"]+)"', answer.text.partition('action="/signup"')[2])[1])  # type: ignore[index]
    answer = await post(visitor, "/signup", form | {"csrf_token": token})
    assert answer.status_code == 303, answer.text


async def test_a_form_of_an_earlier_session_of_mine_is_shown_again(people: People) -> None:
    cora = await people.customer()
    old = await cora.csrf()
    await cora.post("/logout", headers=PAGE)
    await sign_in_by_form(cora, cora, "/settings")
    answer = await post(cora, "/settings/profile", {"name": "Cora of Old", "csrf_token": old}, referer="/settings")
    assert answer.status_code == 403
    assert "This form has expired." in answer.text
    assert 'value="Cora of Old"' in answer.text


async def test_words_from_elsewhere_are_not_put_into_our_pages(people: People) -> None:
    cora = await people.customer()
    answer = await post(
        cora, "/settings/profile", {"name": "Planted", "csrf_token": "x"}, **{"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert "Planted" not in answer.text
    assert "This form has expired." in answer.text


async def test_a_page_of_another_role_says_so(people: People) -> None:
    answer = await look(await people.customer(), "/designer/requests")
    assert answer.status_code == 403
    assert "this page is for another account" in answer.text


# The filling itself


def test_a_form_is_filled_as_it_was_posted() -> None:
    page = """<p>é</p><form method="get" action="/a"><input name="x"></form>
<details class="d"><summary>s</summary><form class="form" method="post" action="/a">
<input type="hidden" name="csrf_token" value="t"><input name="x" value="1 &amp; 2" disabled><input type="password" name="p">
<textarea name="y">old &lt;</textarea><select name="z"><option value="1" selected>1</option><option>2</option></select>
<input type="checkbox" name="c" value="1" checked><input type="checkbox" name="c" value="2"><input type="hidden" name="k" data-kept>
</form></details><form method="post" action="/b"><input name="x"></form>"""
    fields = [("x", 'a"b'), ("y", "\nnew"), ("z", "2"), ("c", "2"), ("p", "no"), ("csrf_token", "no"), ("k", "[1]")]
    filled = refill(page, "/here", "/a", fields, "<i>N</i>")
    assert filled is not None
    assert '<details class="d" open>' in filled
    assert '<i>N</i><form class="form" method="post" action="/a">' in filled
    assert 'name="x" value="a&quot;b" disabled>' in filled
    assert '<textarea name="y">\n\nnew</textarea>' in filled
    assert '<option value="1">1</option>' in filled
    assert 'value="2" checked>' in filled
    assert 'value="1" checked' not in filled
    assert 'name="csrf_token" value="t"' in filled
    assert '<input type="password" name="p">' in filled
    assert 'name="k" data-kept value="[1]"' in filled
    assert filled.count("<form") == 3
    assert refill(page, "/here", "/c", fields, "") is None
