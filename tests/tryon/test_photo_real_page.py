"""The page of photo-real looks: a choice where a model is configured, consent before the first, labels on what was drawn."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.factories.wardrobe import hung
from tests.support.browsing import Browsing, is_for_everybody
from tests.support.cluster import Ground
from tests.support.image_models import GeminiImageServer
from tests.tryon.dressing import PATH, drawn, finished
from tests.tryon.test_page import HTML, PAGE, sent
from tests.tryon.test_photo_real import CONSENTS, Scene, photo, scene_of


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(ground: Ground) -> AsyncIterator[Scene]:
    async for scene in scene_of(ground, "photo-real-pages", GeminiImageServer()):
        yield scene


async def test_it_works_as_a_form_with_consent_in_it(scene: Scene) -> None:
    cora = await scene.people.customer()
    item = await hung(cora, drawn(), name="Blue kurta")
    page = (await cora.get(PAGE, headers=HTML)).text
    assert "Photo-real (generated)" in page
    assert "these go to Google, outside India" in page
    wish = {"person": "photo", "item": item["id"], "isPhotoReal": "true"}
    refused = await sent(cora, **wish, personImageUrl=("b.png", photo(), "image/png"))
    assert refused.status_code == 422
    assert "Please agree first" in refused.text
    assert re.search(r'name="isPhotoReal" value="true" checked', refused.text), "the choice is kept"
    kept = re.search(r'name="sentPhotoUrl" value="([^"]+)"', refused.text)
    assert kept
    assert scene.model.prompts == []
    photo_url = kept[1].replace("&amp;", "&")
    answer = await sent(cora, **wish, sentPhotoUrl=photo_url, isAgreed="true")
    assert answer.status_code == 303, answer.text
    look = await finished(cora, answer.headers["location"].rpartition("/")[2])
    assert look["isGenerated"]
    given = (await cora.get(CONSENTS)).json()["data"][1]
    assert (given["purpose"], given["isGiven"]) == ("TRY_ON", True)
    shown = (await cora.get(answer.headers["location"], headers=HTML)).text
    assert "Generated picture" in shown
    assert 'alt="With the item on, as a model drew it"' in shown
    again = (await cora.get(PAGE, headers=HTML)).text
    assert "isAgreed" not in again, "it is asked once"
    assert ">Generated</span>" in again
    settings = (await cora.get("/settings", headers=HTML)).text
    assert 'id="photo-real"' in settings
    withdrawn = {"purpose": "TRY_ON", "isGiven": "false", "next": "/settings#photo-real"}
    gone = await cora.http.post("/customer/consents", data=withdrawn | {"csrf_token": await cora.csrf()})
    assert (gone.status_code, gone.headers["location"]) == (303, "/settings#photo-real")
    assert "Switched off: items are laid over your photo here." in (await cora.get("/settings", headers=HTML)).text
    assert "isAgreed" in (await cora.get(PAGE, headers=HTML)).text


async def test_a_figure_is_never_sent_whatever_else_is_ticked(scene: Scene) -> None:
    cora = await scene.people.customer()
    item = await hung(cora, drawn(), name="Blue kurta")
    answer = await sent(cora, person="figure", item=item["id"], isPhotoReal="true", isAgreed="true")
    assert answer.status_code == 303
    look = await finished(cora, answer.headers["location"].rpartition("/")[2])
    assert (look["isPhotoReal"], look["isGenerated"]) == (False, False)
    assert (await cora.get(CONSENTS)).json()["data"][1]["isGiven"] is False


@pytest.mark.long
async def test_cora_agrees_waits_and_sees_the_drawing(scene: Scene, browsing: Browsing) -> None:
    cora, scene.model.pause = await scene.people.customer(), 4.0
    item = await hung(cora, drawn(), name="Blue kurta")
    page = await browsing.page_for(cora, server=scene.server.url)
    await page.goto(f"{PAGE}?item={item['id']}")
    await page.get_by_label("A photo of me", exact=True).check()
    await page.locator("#field-personImageUrl").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": photo()}
    )
    agreed = page.get_by_text("I agree that my photo and the pictures of the items are sent for this.")
    await expect(agreed).to_be_hidden()
    await page.get_by_text("Photo-real (generated)").click()
    await expect(agreed).to_be_visible()
    await is_for_everybody(page)
    await agreed.click()
    await expect(page.get_by_text("Picture uploaded.")).to_be_attached()
    await page.get_by_role("button", name="Try it on").click()
    await expect(page.get_by_text("The photo-real picture is being drawn.")).to_be_visible()
    await is_for_everybody(page)
    await expect(page.get_by_text("Generated picture")).to_be_visible(timeout=30_000)
    await is_for_everybody(page)
    [look] = (await cora.get(PATH)).json()["data"]
    assert look["isGenerated"]
    scene.model.pause = 0.0
