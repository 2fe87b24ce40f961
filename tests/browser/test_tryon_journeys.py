"""From the stylist's outfit to a worn look to a tailor's request; every state of the pages by axe, and the longest texts at 320 px."""

from secrets import token_hex

import pytest
from playwright.async_api import Page, expect

from neural_threads.platform.db import Db
from tests.conftest import PageFor
from tests.factories.wardrobe import hung
from tests.stylist.asking import outfit_of, stored_answer
from tests.support.browsing import is_for_everybody
from tests.support.people import People, Person
from tests.tryon.dressing import PATH, SHIRT, TROUSERS, asked, drawn, finished, uploaded, wall, worn

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]
PAGE = "/customer/virtual-tryon"
LANGUAGES = {"ENGLISH": "en", "HINDI": "hi", "KANNADA": "kn", "TAMIL": "ta", "TELUGU": "te"}
NARROWEST = {"width": 320, "height": 720}


def plain(url: str) -> str:
    return url.partition("?")[0]


async def newest(me: Person) -> dict[str, object]:
    look: dict[str, object] = (await me.get(PATH)).json()["data"][0]
    return await finished(me, str(look["id"]))


async def test_from_the_stylists_outfit_to_a_look_to_a_tailors_request(
    people: People, page_for: PageFor, db: Db
) -> None:
    cora, tariq = await people.customer("Cora"), await people.tailor(f"Tariq {token_hex(3)}")
    shirt = await hung(cora, drawn(SHIRT), name="Rani shirt", category="UPPERWEAR")
    trousers = await hung(cora, drawn(TROUSERS), name="Striped trousers", category="BOTTOMWEAR")
    shoes = await hung(cora, name="Mojari", category="SHOES")
    outfit = [{"type": "text", "text": "Wear this."}, outfit_of(shirt, trousers, shoes)]
    conversation = (await stored_answer(db, cora, outfit))["conversationId"]
    page = await page_for(cora)
    await page.goto(f"/customer/chatbot/{conversation}")
    await page.get_by_role("link", name="Try it on").click()
    for name in ("Rani shirt", "Striped trousers"):
        await expect(page.get_by_role("checkbox", name=name)).to_be_checked()
    await expect(page.get_by_role("checkbox", name="Mojari")).to_have_count(0)
    await expect(page.get_by_text("Shoes, bags and jewellery are left out")).to_be_visible()
    await page.get_by_role("button", name="Try it on").click()
    await page.wait_for_url(f"**{PAGE}/*")
    look = await newest(cora)
    layers = [plain(url) for url in look["layers"]]  # type: ignore[attr-defined]
    assert layers == [plain(trousers["imageUrl"]), plain(shirt["imageUrl"])], "the lowest first"
    await expect(page.get_by_role("img", name="With the item on")).to_be_visible()
    await page.get_by_role("link", name="Ask a tailor for this").click()
    await page.get_by_role("searchbox").last.fill((await tariq.me())["name"])
    await page.get_by_role("link", name=(await tariq.me())["name"]).first.click()
    await page.get_by_label("What do you need?").fill("Sew me both like this, please.")
    await page.get_by_role("button", name="Send the request").click()
    await page.wait_for_url("**/customer/alterations/c*")
    [request] = (await cora.get("/api/alterations")).json()["data"]
    result = plain(str(look["resultImageUrl"]))
    assert [plain(url) for url in request["imageUrls"]] == [plain(shirt["imageUrl"]), result]
    seen = (await tariq.get(f"/api/alterations/{request['id']}")).json()["data"]["imageUrls"]
    assert [(await tariq.get(url)).status_code for url in seen] == [200, 200]


@pytest.mark.long  # the real pose network
async def test_a_photo_from_choice_to_result_with_scripts(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    await hung(cora, drawn(), name="Blue kurta", category="UPPERWEAR")
    page = await page_for(cora)
    await page.goto(PAGE)
    await page.get_by_role("checkbox", name="Blue kurta").check()
    await page.get_by_role("radio", name="A photo of me").check()
    await expect(page.locator(".tryon-examples img").first).to_be_visible()
    await is_for_everybody(page)
    files = [{"name": "me.jpg", "mimeType": "image/jpeg", "buffer": wall()}]
    await page.locator('.tryon-photo input[type="file"]').first.set_input_files(files)  # type: ignore[arg-type]
    await expect(page.get_by_text("Picture uploaded.")).to_have_count(1)
    await page.get_by_role("button", name="Try it on").click()
    await page.wait_for_url(f"**{PAGE}/*")
    look = await newest(cora)
    await expect(page.get_by_text("could not find anybody in this photo")).to_be_visible()
    await is_for_everybody(page)
    await page.get_by_role("link", name="Use a drawn figure").click()
    await expect(page.get_by_role("radio", name="A drawn figure")).to_be_checked()
    await page.get_by_role("button", name="Try it on").click()
    await page.wait_for_url(lambda url: f"{PAGE}/c" in url and str(look["id"]) not in url)
    assert (await newest(cora))["personImageUrl"] is None


async def states(me: Person, db: Db) -> list[str]:
    """The addresses of all that the pages can show."""
    waiting = await asked(me)
    await finished(me, waiting["id"])
    photo, figure = await worn(me, personImageUrl=await uploaded(me, wall())), await worn(me, bodyShape="PEAR")
    await db.execute(
        "update virtual_try_ons set suggested_body_shape = 'INVERTED_TRIANGLE', body_shape_confidence = 0.2 where id = %(id)s",
        id=photo["id"],
    )
    failed = await worn(me)
    await db.execute("update virtual_try_ons set result_image_id = null where id = %(id)s", id=failed["id"])
    await db.execute(
        "update virtual_try_ons set is_processed = false, started_at = now(), result_image_id = null where id = %(id)s",
        id=waiting["id"],
    )
    await me.put(f"{PATH}/{figure['id']}", json={"isKept": True})
    return [
        PAGE,
        f"{PAGE}?isKept=true",
        f"{PAGE}?again={photo['id']}",
        *(f"{PAGE}/{look['id']}" for look in (photo, figure, failed, waiting)),
        f"{PAGE}/{figure['id']}?done=kept",
        f"{PAGE}/compare?look={photo['id']}&look={figure['id']}",
        f"{PAGE}/compare?look={photo['id']}",
    ]


async def opened(page: Page, address: str) -> None:
    await page.goto(address)
    await page.locator("main").wait_for()
    await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")


@pytest.mark.long
async def test_every_state_is_for_everybody(people: People, page_for: PageFor, db: Db) -> None:
    cora = await people.customer()
    page = await page_for(cora)
    await opened(page, PAGE)
    await is_for_everybody(page)
    for address in await states(cora, db):
        await opened(page, address)
        await is_for_everybody(page)
    await db.execute("delete from virtual_try_ons where not is_processed")


@pytest.mark.long
async def test_the_longest_texts_fit_on_the_narrowest_phone(people: People, page_for: PageFor, db: Db) -> None:
    cora = await people.customer()
    addresses = await states(cora, db)
    page = await page_for(cora, viewport=NARROWEST)
    for name, language in LANGUAGES.items():
        assert (await cora.put("/api/users/profile", json={"languagePreference": name})).status_code == 200
        for address in addresses:
            await opened(page, address)
            assert await page.locator("html").get_attribute("lang") == language
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{address} in {language} is {wide} px wider than the screen"
    await db.execute("delete from virtual_try_ons where not is_processed")
