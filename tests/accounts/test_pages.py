"""The door and the settings as plain HTML forms: no script runs here."""

import re
from secrets import token_hex

import pytest

from neural_threads.platform.config import get_settings
from neural_threads.platform.signing import derived_key
from tests.support.people import PASSWORD

from .conftest import PAGE


async def look(person, url):
    return await person.get(url, headers=PAGE)


async def submit(person, url, fields):
    """Post a form as a browser without scripts does: the token is a field."""
    return await person.http.post(url, data=fields | {"csrf_token": await person.csrf()}, headers=PAGE)


def shown_token(html):
    return re.search(r'name="csrf_token" value="([^"]+)"', html)[1]


@pytest.mark.parametrize("path", ["/login", "/signup", "/signup/designer", "/signup/tailor", "/forgot-password"])
async def test_a_visitor_finds_a_form_that_works_by_itself(people, path):
    visitor = people.anonymous()
    answer = await look(visitor, path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache" or "no-store" in answer.headers["Cache-Control"]
    assert "autocomplete=" in answer.text
    assert not re.search(r'\son\w+="|style="', answer.text)
    refused = await visitor.http.post(path, data={"csrf_token": shown_token(answer.text)}, headers=PAGE)
    assert refused.status_code == 422
    assert 'class="error-summary"' in refused.text
    assert 'aria-invalid="true"' in refused.text


async def test_cora_signs_up_with_the_form_and_is_at_home(people):
    visitor = people.anonymous()
    page = await look(visitor, "/signup?next=/customer/chats")
    fields = {
        "csrf_token": shown_token(page.text),
        "next": "/customer/chats",
        "name": "Cora",
        "email": f"form.{token_hex(4)}@example.com",
        "password": PASSWORD,
        "age": "",
        "stylePreferences": ["ETHNIC", "FUSION"],
        "location": "",
        "budgetMax": "5000",
    }
    answer = await visitor.http.post("/signup", data=fields, headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/customer/chats")
    me = (await visitor.get("/api/auth/me")).json()["data"]
    assert me["customer"]["stylePreferences"] == ["ETHNIC", "FUSION"]
    assert me["customer"]["budgetMax"] == 5000


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/signup/designer", {"designNiches": ["BRIDAL"]}),
        ("/signup/tailor", {"skills": ["HEMMING"], "latitude": "12.97", "longitude": "77.6"}),
    ],
)
async def test_providers_sign_up_with_the_form(people, path, more):
    visitor = people.anonymous()
    fields = {"name": "Dina", "email": f"form.{token_hex(4)}@example.com", "password": PASSWORD}
    fields |= {"location": "MG_ROAD", "yearsOfExperience": "3", "languages": ["KANNADA"], "bio": "", "phone": ""}
    answer = await submit(visitor, path, fields | more)
    assert (answer.status_code, answer.headers.get("location")) == (303, path.replace("/signup", ""))


async def test_mistakes_are_shown_at_their_fields_and_what_was_typed_stays(people):
    visitor = people.anonymous()
    fields = {"name": "Cora <b>", "email": "nonsense", "password": "password123", "stylePreferences": ["ETHNIC"]}
    answer = await submit(visitor, "/signup", fields)
    assert answer.status_code == 422
    assert 'value="Cora &lt;b&gt;"' in answer.text
    assert 'value="nonsense"' in answer.text
    assert "password123" not in answer.text
    assert 'id="error-email"' in answer.text
    assert 'id="error-password"' in answer.text
    assert re.search(r'value="ETHNIC"\s+checked', answer.text)
    cora = await people.customer()
    taken = await submit(visitor, "/signup", {"name": "C", "email": cora.email, "password": PASSWORD})
    assert taken.status_code == 409
    assert 'id="error-email"' in taken.text


async def test_cora_signs_in_with_the_form_and_goes_where_she_wanted(people):
    cora = await people.customer()
    visitor = people.anonymous()
    answer = await submit(visitor, "/login", {"email": cora.email, "password": "wrong guess", "next": "/settings"})
    assert answer.status_code == 401
    assert "E-mail or password is not right" in answer.text
    assert f'value="{cora.email}"' in answer.text
    assert 'name="next" value="/settings"' in answer.text
    answer = await submit(visitor, "/login", {"email": cora.email, "password": cora.password, "next": "/settings"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings")
    answer = await look(visitor, "/login?next=/settings")
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings"), "who is in needs no door"


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "/\t/evil",
        "",
        "login",
        "/login",
        "/designer/chats",
        "/api/auth/refresh",
    ],
)
async def test_next_never_leads_away(people, wanted):
    cora = await people.customer()
    visitor = people.anonymous()
    answer = await submit(visitor, "/login", {"email": cora.email, "password": cora.password, "next": wanted})
    assert (answer.status_code, answer.headers["location"]) == (303, "/customer")


async def test_a_page_without_a_session_leads_to_the_door_and_an_address_of_the_api_does_not(people):
    visitor = people.anonymous()
    answer = await look(visitor, "/settings?saved=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/settings%3Fsaved%3Dx")
    assert (await visitor.get("/api/users/profile")).status_code == 401


async def test_a_pages_session_is_renewed_without_anybody_noticing(people):
    cora = await people.customer()
    refresh = cora.cookies["refresh"]
    cora.cookies.delete("session")
    assert (await cora.get("/api/auth/me")).status_code == 401, "the quarter of an hour binds the API"
    answer = await look(cora, "/settings")
    assert answer.status_code == 200
    assert cora.cookies["session"]
    assert cora.cookies["refresh"] == refresh
    assert (await cora.get("/api/auth/me")).status_code == 200


async def test_an_expired_access_cookie_is_renewed_too(people):
    import jwt

    cora = await people.customer()
    claims = jwt.decode(cora.cookies["session"], options={"verify_signature": False})
    old = claims | {"iat": claims["iat"] - 7200, "exp": claims["exp"] - 7200}
    expired = jwt.encode(old, derived_key(get_settings().secret_key, "access"), "HS256", headers={"typ": "at+jwt"})
    cookies = {"Cookie": f"session={expired}; refresh={cora.cookies['refresh']}"}
    visitor = people.anonymous()
    assert (await visitor.http.get("/settings", headers=PAGE | cookies)).status_code == 200
    assert (await visitor.http.get("/api/auth/me", headers=cookies)).status_code == 401


async def test_a_page_whose_session_is_over_leads_to_the_door_and_takes_the_cookies_back(people, db):
    cora = await people.customer()
    await people.anonymous().get("/health")
    phone = await cora.another_device()
    await cora.put("/api/users/password", json={"currentPassword": cora.password, "newPassword": "eight quiet looms"})
    answer = await look(phone, "/settings")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/settings")
    assert not {"session", "refresh"} & set(phone.cookies)
    await phone.close()


async def test_a_form_of_an_ended_session_leads_to_the_door_not_to_a_refusal(people):
    cora = await people.customer()
    phone = await cora.another_device()
    token = await phone.csrf()
    await cora.put("/api/users/password", json={"currentPassword": cora.password, "newPassword": "eight quiet looms"})
    answer = await phone.http.post("/settings/profile", data={"name": "X", "csrf_token": token}, headers=PAGE)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
    await phone.close()


async def test_signing_out_with_the_button(people):
    cora = await people.customer()
    answer = await submit(cora, "/logout", {})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await cora.get("/api/auth/me")).status_code == 401


async def test_cora_changes_her_profile_with_the_form(people):
    cora = await people.customer(age=30, stylePreferences=["BRIDAL"], gender="FEMALE")
    fields = {"name": "Cora Rao", "age": "", "gender": "FEMALE", "location": "", "bodyShape": "PEAR"}
    answer = await submit(
        cora, "/settings/profile", fields | {"budgetMin": "", "budgetMax": "900.50", "sharesBudget": "on"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings?saved=profile#profile")
    me = await cora.me()
    profile = me["customer"]
    assert (me["name"], me["age"], profile["stylePreferences"], profile["bodyShape"]) == ("Cora Rao", None, [], "PEAR")
    assert (profile["budgetMax"], profile["sharesStyle"], profile["sharesBudget"]) == (900.5, False, True)
    page = (await look(cora, "/settings?saved=profile")).text
    assert "Your profile is saved." in page
    assert 'value="900.50"' in page
    wrong = await submit(cora, "/settings/profile", fields | {"name": "", "budgetMax": "lots"})
    assert wrong.status_code == 422
    assert 'id="error-name"' in wrong.text
    assert 'value="lots"' in wrong.text


async def test_providers_change_their_profiles_with_the_form(people):
    tariq = await people.tailor(phone="+91 98450 12345", latitude=12.9, longitude=77.6)
    page = (await look(tariq, "/settings")).text
    assert re.search(r'value="STITCHING"\s+checked', page)
    fields = {
        "name": "Tariq",
        "location": "MG_ROAD",
        "yearsOfExperience": "10",
        "skills": ["HEMMING"],
        "languages": ["URDU"],
    }
    assert (await submit(tariq, "/settings/profile", fields)).status_code == 422
    fields |= {"languages": ["HINDI"], "phone": "", "latitude": "", "longitude": "", "bio": "", "address": ""}
    assert (await submit(tariq, "/settings/profile", fields)).status_code == 303
    shop = (await tariq.me())["tailor"]
    assert (shop["skills"], shop["phone"], shop["latitude"], shop["yearsOfExperience"]) == (["HEMMING"], None, None, 10)
    del fields["skills"]
    answer = await submit(tariq, "/settings/profile", fields)
    assert (answer.status_code, 'id="error-skills"' in answer.text) == (422, True)


async def test_cora_changes_her_password_with_the_form(people):
    cora = await people.customer()
    fields = {"username": cora.email, "currentPassword": "wrong", "newPassword": "eight quiet looms"}
    answer = await submit(cora, "/settings/password", fields)
    assert (answer.status_code, 'id="error-currentPassword"' in answer.text) == (403, True)
    answer = await submit(cora, "/settings/password", fields | {"currentPassword": cora.password})
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings?saved=password#password")
    await people.anonymous().sign_in(cora.email, "eight quiet looms")


async def test_cora_signs_out_a_device_with_the_button_and_odile_cannot(people):
    cora, odile = await people.customer(), await people.customer("Odile")
    phone = await cora.another_device()
    page = (await look(cora, "/settings")).text
    ends = re.findall(r'action="(/settings/devices/[^"]+/end)"', page)
    assert len(ends) == 2
    assert (await submit(odile, ends[1], {})).status_code == 404
    assert (await submit(cora, ends[1], {})).headers["location"] == "/settings?saved=devices#devices"
    assert (await phone.get("/api/auth/me")).status_code == 401
    assert (await submit(cora, ends[0], {})).headers["location"] == "/login"
    assert not {"session", "refresh"} & set(cora.cookies)
    await phone.close()


async def test_a_forgotten_password_with_the_forms(newcomers, letters):
    from .conftest import link_in

    cora = await newcomers.customer()
    await letters(cora.email, 1)
    visitor = newcomers.anonymous()
    answer = await submit(visitor, "/forgot-password", {"email": cora.email})
    assert answer.status_code == 200
    other = await submit(visitor, "/forgot-password", {"email": "nobody@example.com"})
    assert answer.text.count(cora.email) == other.text.count("nobody@example.com") == 1
    link = link_in((await letters(cora.email, 2))[-1])
    page = await look(visitor, link)
    token = link.partition("token=")[2]
    assert f'value="{token}"' in page.text
    weak = await submit(visitor, "/reset-password", {"token": token, "password": "short"})
    assert weak.status_code == 422
    done = await submit(visitor, "/reset-password", {"token": token, "password": "eight quiet looms"})
    assert done.headers["location"] == "/login?reset=done"
    for again in (
        await look(visitor, link),
        await submit(visitor, "/reset-password", {"token": token, "password": "nine quiet looms"}),
    ):
        assert "Your password is set already. Sign in with it" in again.text
        assert 'href="/login"' in again.text
        assert "no longer valid" not in again.text
    twice = await submit(visitor, "/reset-password", {"token": token, "password": "eight quiet looms"})
    assert twice.headers["location"] == "/login?reset=done"
    assert "Your new password is set" in (await look(visitor, "/login?reset=done")).text


async def test_an_address_is_confirmed_with_the_button(newcomers, letters):
    from .conftest import link_in

    cora = await newcomers.customer()
    await letters(cora.email, 1)  # Two jobs at once may end in any order, and only the last link is good.
    assert (await submit(cora, "/settings/verify", {})).headers["location"] == "/settings?saved=verify#email"
    link = link_in((await letters(cora.email, 2))[-1])
    visitor = newcomers.anonymous()
    page = await look(visitor, link)
    assert shown_token(page.text)
    token = link.partition("token=")[2]
    done = await submit(visitor, "/verify-email", {"token": token})
    assert (done.status_code, "confirmed" in done.text) == (200, True)
    for again in (await submit(visitor, "/verify-email", {"token": token}), await look(visitor, link)):
        assert (again.status_code, "already confirmed" in again.text) == (200, True)
        assert "no longer valid" not in again.text
    assert 'id="email"' not in (await look(cora, "/settings")).text


async def test_visitors_choose_light_and_keep_their_place(people):
    visitor = people.anonymous()
    answer = await submit(visitor, "/settings/appearance", {"theme": "dark", "next": "/login"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert 'data-theme="dark"' in (await look(visitor, "/login")).text
    await submit(visitor, "/settings/appearance", {"theme": "neon", "locale": "xx"})
    assert 'data-theme="dark"' in (await look(visitor, "/login")).text
    answer = await submit(visitor, "/settings/appearance", {"theme": "light", "next": "//evil.example"})
    assert answer.headers["location"] == "/"


async def test_kannada_is_spoken_to_whoever_chose_it(people):
    from neural_threads.platform.i18n import offered_locales

    if "kn" not in offered_locales():
        pytest.skip("the Kannada catalogue is not complete, so nobody is offered Kannada")
    visitor = people.anonymous()
    answer = await visitor.get("/login", headers=PAGE | {"Accept-Language": "kn-IN,en;q=0.5"})
    assert 'lang="kn"' in answer.text
    cora = await people.customer()
    await submit(cora, "/settings/appearance", {"locale": "kn"})
    assert (await cora.me())["customer"]["languagePreference"] == "KANNADA"
    assert '<html lang="kn"' in (await look(cora, "/settings")).text


@pytest.mark.parametrize("who", ["designer", "tailor"])
async def test_the_settings_of_providers_show_their_own_fields(people, who):
    person = await getattr(people, who)()
    page = (await look(person, "/settings")).text
    assert ("designNiches" in page) is (who == "designer")
    assert ("<shop-position>" in page) is (who == "tailor")
    assert "stylePreferences" not in page
