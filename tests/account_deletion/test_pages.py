"""The pages of leaving, as plain HTML."""

from neural_threads.platform.i18n import gettext, use_language
from tests.accounts.test_pages import look, submit
from tests.support.people import PASSWORD


async def test_the_settings_lead_there_and_it_says_what_stays(people):
    cora = await people.customer()
    settings = (await look(cora, "/settings")).text
    assert 'href="/api/users/export"' in settings
    assert 'href="/settings/leave"' in settings
    page = await look(cora, "/settings/leave")
    assert page.status_code == 200
    assert "This will be deleted" in page.text
    assert "Deleted user" in page.text
    assert (await look(people.anonymous(), "/settings/leave")).headers["location"] == "/login?next=/settings/leave"
    for provider in (await people.designer(), await people.tailor()):
        assert "Your portfolio" in (await look(provider, "/settings/leave")).text


async def test_everybody_reads_the_name_that_stays_in_their_own_language(people):
    cora, hari = await people.customer(), await people.customer()
    await submit(hari, "/settings/appearance", {"locale": "hi", "next": "/settings"})
    assert "“Deleted user”" in (await look(cora, "/settings/leave")).text
    with use_language("hi"):
        name = gettext("Deleted user")
    assert f"“{name}”" in (await look(hari, "/settings/leave")).text
    assert "“Deleted user”" in (await look(cora, "/settings/leave")).text


async def test_the_page_always_asks_for_the_password(people):
    cora = await people.customer()
    for typed in ({}, {"password": ""}, {"password": "not this one"}):
        refused = await submit(cora, "/settings/leave", typed)
        assert refused.status_code in (403, 422)
        assert 'aria-invalid="true"' in refused.text
        assert "not this one" not in refused.text
    gone = await submit(cora, "/settings/leave", {"password": PASSWORD})
    assert (gone.status_code, gone.headers["location"]) == (303, "/goodbye")
    assert "Your account is deleted" in (await look(cora, "/goodbye")).text
    assert (await look(cora, "/settings")).headers["location"].startswith("/login")


async def test_only_our_own_form_deletes(people):
    cora = await people.customer()
    refused = await cora.http.post("/settings/leave", data={"password": PASSWORD}, headers={"Accept": "text/html"})
    assert refused.status_code == 403
    assert (await cora.get("/api/auth/me")).status_code == 200
