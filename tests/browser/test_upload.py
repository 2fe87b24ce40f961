"""Cora chooses pictures: with and without scripts, too large, none at all, and away again."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from neural_threads.platform.db import Db
from tests.conftest import PageFor
from tests.media.bad_files import jpeg
from tests.support.people import People

pytestmark = pytest.mark.browser
ELEMENT = "image-upload"


def picture(data: bytes, name: str = "saree.jpg", kind: str = "image/jpeg"):
    return {"name": name, "mimeType": kind, "buffer": data}


async def test_chosen_shown_sent_and_taken_away(people: People, page_for: PageFor, db: Db) -> None:
    cora = await people.customer()
    page = await page_for(cora)
    await page.goto("/styleguide")
    upload = page.locator(ELEMENT)
    await upload.locator("input[type=file]").set_input_files([picture(jpeg()), picture(jpeg(400, 300), "b.jpg")])
    hidden = upload.locator("input[type=hidden][name=pictures]")
    await hidden.nth(1).wait_for(state="attached")
    assert await upload.locator("img").count() == 2
    many = "select count(*) from media where owner_id = %(me)s"
    assert await db.value(many, me=cora.id) == 2
    url = await hidden.first.get_attribute("value")
    assert url is not None
    assert (await page.request.get(url)).status == 200
    async with page.expect_response(lambda answer: answer.request.method == "DELETE") as removed:
        await upload.locator("[data-field=away]").first.click()
    assert (await removed.value).status == 200
    assert await hidden.count() == 1
    assert await db.value(many, me=cora.id) == 1


@pytest.mark.long  # a picture of ten megapixels
async def test_larger_than_we_take_is_made_smaller_first(people: People, page_for: PageFor, db: Db) -> None:
    cora = await people.customer()
    page = await page_for(cora)
    await page.goto("/styleguide")
    large = jpeg(3600, 2700, noisy=True)
    assert len(large) > 5_242_880
    await page.locator(f"{ELEMENT} input[type=file]").set_input_files([picture(large)], timeout=60_000)
    await page.locator(f"{ELEMENT} input[type=hidden]").wait_for(state="attached", timeout=60_000)
    assert await db.value("select width > 1000 from media where owner_id = %(me)s", me=cora.id)


async def test_what_is_no_image_is_said(people: People, page_for: PageFor) -> None:
    page = await page_for(await people.customer())
    await page.goto("/styleguide")
    await page.locator(f"{ELEMENT} input[type=file]").set_input_files([picture(b"%PDF", "a.pdf", "application/pdf")])
    await expect(page.locator(f"{ELEMENT} [role=alert]")).to_have_text("Choose a JPEG, PNG, GIF or WebP picture.")


async def test_pasted_and_dropped(people: People, page_for: PageFor, db: Db, tmp_path: Path) -> None:
    page = await page_for(await people.customer())
    await page.goto("/styleguide")
    await page.locator("image-upload:defined").wait_for()  # wait_for_function would use eval, which our CSP forbids.
    await page.evaluate(
        """async (bytes) => {
          const carried = new DataTransfer();
          carried.items.add(new File([new Uint8Array(bytes)], "a.jpg", { type: "image/jpeg" }));
          document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true }));
          document.querySelector("image-upload").dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true }));
        }""",
        list(jpeg()),
    )
    await page.locator(f"{ELEMENT} input[type=hidden]").nth(1).wait_for(state="attached")


async def test_without_scripts_it_is_a_file_input(people: People) -> None:
    cora = await people.customer()
    page = (await cora.get("/styleguide", headers={"Accept": "text/html"})).text
    assert re.search(r'<input\s+id="field-pictures"\s+name="pictures"\s+type="file"', page)
