"""Cora's wardrobe: hung up, looked through, corrected, taken down, thought again, and shared with designs that she keeps."""

import re
from typing import Any

import pytest
from playwright.async_api import Route, expect

from neural_threads.platform.db import Db
from tests.conftest import PageFor
from tests.factories.wardrobe import INDIGO, RANI, design_of, hung, names
from tests.media.bad_files import jpeg, with_segment
from tests.support.browsing import Browsing, is_for_everybody
from tests.support.people import People
from tests.support.sweeps import sweep
from tests.support.wardrobe_pages import PLACE, cards, file, queue, ready

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}


async def test_two_at_once_found_corrected_and_taken_down(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    page = await page_for(cora, **DESK)
    await page.goto("/customer")
    await page.get_by_role("link", name="Upload to wardrobe").click()
    await page.locator("wardrobe-queue").get_by_label("What is it?").select_option("Bags")
    await queue(page, file(INDIGO, "b.png"))
    await expect(cards(page)).to_have_text(["Bags"])
    await page.locator("wardrobe-queue").get_by_label("What is it?").select_option("Dresses")
    await page.locator("wardrobe-queue").get_by_label("For which occasion?").select_option("Ethnic")
    await queue(page, file(RANI, "a.png"))
    await expect(cards(page)).to_have_text(["Dresses", "Bags"])
    await expect(page.get_by_text("New in your wardrobe: 1").first).to_be_visible()
    await expect(page.locator(".hue", has_text="indigo")).to_be_visible()
    for name, label, value in (("Dresses", "Name", "Rani saree"), ("Bags", "Brand or maker", "Anokhi")):
        await cards(page).get_by_role("link", name=name).click()
        await page.get_by_label(label).fill(value)
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(cards(page)).to_have_text(["Rani saree", "Bags"])

    await page.get_by_role("link", name="Dresses 1").click()
    await expect(cards(page)).to_have_text(["Rani saree"])
    await expect(page.get_by_role("link", name="Dresses 1")).to_be_focused()
    await page.get_by_role("link", name="All 2").press("Enter")
    await expect(cards(page)).to_have_count(2)
    await expect(page.get_by_role("link", name="All 2")).to_be_focused()
    await page.get_by_label("Search your wardrobe").fill("anokhi")
    await expect(cards(page)).to_have_text(["Bags"])
    await expect(page).to_have_url(f"{PLACE}?search=anokhi")

    await cards(page).get_by_role("link").click()
    await page.get_by_label("Name").fill("Indigo pouch")
    await page.get_by_label("Colour", exact=False).last.fill("navy")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(cards(page)).to_have_text(["Rani saree", "Indigo pouch"])

    await page.get_by_role("link", name="Remove: Indigo pouch").click()
    await expect(cards(page)).to_have_text(["Rani saree"])
    await page.get_by_role("button", name="Undo").click()
    await expect(cards(page)).to_have_count(2)
    assert await names(cora) == ["Rani saree", "Indigo pouch"]


@pytest.mark.long
async def test_words_typed_the_moment_a_list_arrives_are_searched(people: People, page_for: PageFor) -> None:
    """The search box that comes with an answer works at once, also for somebody who types faster than a timer."""
    cora = await people.customer()
    await hung(cora, INDIGO, category="BAG")
    await hung(cora, RANI)
    page = await page_for(cora, **DESK)
    await page.goto(PLACE)
    await ready(page)
    await page.evaluate("""() => {
      const old = document.querySelector("main input[type=search]");
      new MutationObserver((_, observer) => {
        const box = document.querySelector("main input[type=search]");
        if (!box || box === old) return; // a card that is read anew
        observer.disconnect();
        box.value = "bag";
        box.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }).observe(document.querySelector("main"), { childList: true, subtree: true });
    }""")
    await page.get_by_role("link", name="Dresses 1").click()
    await expect(page).to_have_url(re.compile("search=bag"))


async def test_six_seconds_to_think_again_by_keyboard_alone(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    for name in ("Gown", "Saree", "Kurta"):
        await hung(cora, name=name)
    page = await page_for(cora)
    await page.clock.install()
    await page.goto(PLACE)
    await ready(page)
    await page.get_by_role("link", name="Remove: Saree").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Undo")).to_be_focused()
    await expect(page.locator("[data-count=all]")).to_have_text("2")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Remove: Saree")).to_be_focused()
    await expect(cards(page)).to_have_text(["Kurta", "Saree", "Gown"])

    await page.keyboard.press("Enter")
    await page.clock.run_for(5900)
    assert len(await names(cora)) == 3
    async with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        await page.clock.run_for(200)
    await expect(page.get_by_role("link", name="Remove: Gown")).to_be_focused()
    assert await names(cora) == ["Kurta", "Gown"]


@pytest.mark.long
async def test_who_leaves_has_not_undone_it(people: People, page_for: PageFor, browsing: Browsing) -> None:
    browsing.forgive("status of 404")  # asked twice: by the page that is left, and by the next one
    cora = await people.customer()
    for name in ("Gown", "Saree", "Kurta"):
        await hung(cora, name=name)
    page = await page_for(cora)
    await page.goto(PLACE)
    await ready(page)
    await page.get_by_role("link", name="Remove: Saree").click()
    await page.reload()
    await expect(cards(page)).to_have_text(["Kurta", "Gown"])
    await ready(page)
    await page.get_by_role("link", name="Remove: Gown").click()
    await page.goto("/customer")
    await page.goto(PLACE)
    await expect(cards(page)).to_have_text(["Kurta"])
    await ready(page)
    await page.get_by_role("link", name="Remove: Kurta").click()
    await page.close(run_before_unload=True)
    for _ in range(50):
        if not await names(cora):
            break
    assert await names(cora) == []


@pytest.mark.long
async def test_what_the_server_refuses_hangs_there_again(people: People, page_for: PageFor, browsing: Browsing) -> None:
    cora = await people.customer()
    browsing.forgive("ERR_FAILED")
    await hung(cora, name="Saree")
    page = await page_for(cora)
    await page.clock.install()

    async def refuse(route: Route) -> None:
        if route.request.method == "DELETE":
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/api/chatbot/wardrobe**", refuse)
    await page.goto(PLACE)
    await ready(page)
    await page.get_by_role("link", name="Remove: Saree").click()
    await expect(cards(page)).to_have_count(0)
    await page.clock.run_for(6100)
    await expect(page.get_by_text("Saree could not be removed. It is in your wardrobe again.")).to_be_visible()
    await expect(cards(page)).to_have_text(["Saree"])


@pytest.mark.long
async def test_the_last_item_leaves_an_empty_wardrobe_which_takes_what_is_pasted(
    people: People, page_for: PageFor
) -> None:
    cora = await people.customer()
    await hung(cora, name="Saree")
    page = await page_for(cora)
    await page.goto(PLACE)
    await ready(page)
    await page.get_by_role("link", name="Remove: Saree").click()
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_text("Your wardrobe is still empty")).to_be_visible()
    for kind in ("paste", "drop"):
        await page.evaluate(
            """([kind, bytes]) => {
              const carried = new DataTransfer();
              carried.items.add(new File([new Uint8Array(bytes)], "a.png", { type: "image/png" }));
              document.querySelector("#add").open = false;
              const how = { clipboardData: carried, dataTransfer: carried, bubbles: true, cancelable: true };
              const event = kind === "paste" ? new ClipboardEvent(kind, how) : new DragEvent(kind, how);
              document.querySelector("h1").dispatchEvent(event);
            }""",
            [kind, list(RANI)],
        )
    await expect(cards(page)).to_have_count(2)
    await expect(page.get_by_text("You have this picture already. Keep both?")).to_be_visible()


async def test_what_was_read_shows_by_itself_and_is_undone_with_a_tap(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    page = await page_for(cora)
    await page.goto(f"{PLACE}?add=yes")
    await queue(page, file(RANI, "a.png"))
    await expect(cards(page)).to_have_count(1)
    await expect(page.locator("[data-reading]")).to_have_count(0, timeout=30_000)
    await cards(page).get_by_role("link").click()
    await page.get_by_role("button", name="Use the cut-out").click()
    await page.get_by_role("button", name="Show the whole picture").click()
    await expect(page.get_by_role("button", name="Show it cut out")).to_be_visible()
    await page.get_by_role("button", name="I wore it today").click()
    await expect(page.locator("#worn")).to_contain_text("1 time")
    await page.get_by_role("button", name="Not worn today after all").click()
    await expect(page.locator("#worn")).to_contain_text("Not worn yet")


async def test_a_look_is_put_together_worn_and_taken_apart(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    for name in ("Lehenga", "Dupatta", "Kurta"):
        await hung(cora, name=name)
    page = await page_for(cora)
    await page.goto(PLACE)
    await page.get_by_role("link", name="Looks").click()
    await page.get_by_role("link", name="Create a look").click()
    await page.get_by_label("Name").fill("Sangeet")
    for name in ("Lehenga", "Dupatta"):
        await page.locator("label.look-item", has_text=name).click()
    await page.get_by_label("What it is in this look: Lehenga").fill("lehenga and blouse")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Added to your looks.")).to_be_visible()
    await page.get_by_role("button", name="I wore it today").click()
    await expect(page.get_by_text("Noted for today, for each of its items.")).to_be_visible()
    worn = (await cora.get("/api/chatbot/wardrobe")).json()["data"]["items"]
    assert {item["name"]: item["wornCount"] for item in worn} == {"Kurta": 0, "Dupatta": 1, "Lehenga": 1}
    await is_for_everybody(page)
    await page.get_by_role("link", name="Sangeet").last.click()
    await is_for_everybody(page)
    await page.get_by_text("Delete this look", exact=True).click()
    await page.get_by_role("button", name="Yes, delete it").click()
    await expect(page.get_by_text("No looks yet")).to_be_visible()


async def test_a_design_is_kept_found_in_the_wardrobe_and_let_go(
    people: People, page_for: PageFor, browsing: Browsing
) -> None:
    cora, dina = await people.customer(), await people.designer("Dina Rao")
    design = await design_of(dina, "Rani lehenga with zari")
    page = await page_for(cora)
    await page.goto("/customer/designs")
    heart = page.locator(f"[data-design='{design}'] button")
    await expect(heart).to_have_accessible_name("Save Rani lehenga with zari to my wardrobe")
    await page.locator("design-heart:defined").first.wait_for()

    browsing.forgive("503")
    await page.route("**/api/chatbot/wardrobe**", lambda route: route.fulfill(status=503, json={"success": False}))
    await heart.click()
    await expect(page.get_by_text("This could not be saved.")).to_be_visible()
    await expect(heart).to_have_attribute("aria-pressed", "false")
    await page.unroute("**/api/chatbot/wardrobe**")

    async with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        await heart.click()
        await expect(heart).to_have_attribute("aria-pressed", "true")
    await page.goto("/customer")
    await page.get_by_role("link", name="Wardrobe items").click()
    await expect(cards(page)).to_have_text(["Rani lehenga with zari"])
    await expect(page.locator(".hue", has_text="rani pink")).to_be_visible()
    await cards(page).get_by_role("link").click()
    await page.get_by_role("link", name="Dina Rao", exact=True).click()

    heart = page.locator(f"[data-design='{design}'] button")
    await expect(heart).to_have_attribute("aria-pressed", "true")
    await page.locator("design-heart:defined").first.wait_for()
    async with page.expect_response(lambda answer: answer.request.method == "DELETE" and answer.ok):
        await heart.click()
    assert await names(cora) == []


async def test_the_heart_without_scripts(people: People, page_for: PageFor) -> None:
    cora, dina = await people.customer(), await people.designer("Dina Rao")
    design = await design_of(dina, "Rani lehenga")
    page = await page_for(cora, java_script_enabled=False)
    await page.goto("/customer/designs?search=lehenga")
    heart = page.locator(f"[data-design='{design}'] button")
    await heart.click()
    await expect(heart).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith(f"/customer/designs?search=lehenga#design-{design}")
    await heart.click()
    await expect(heart).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("search", sweep(["", "nothing"]))
async def test_everybody_can_use_these_pages(people: People, page_for: PageFor, search: str) -> None:
    cora, dina = await people.customer(), await people.designer("Dina Rao")
    item = await hung(cora, RANI, name="Amma's saree", subcategory="ETHNIC", brand="A maker with a rather long name")
    await cora.post("/api/chatbot/wardrobe", json={"portfolioItemId": await design_of(dina)})
    page = await page_for(cora, viewport={"width": 360, "height": 780})
    pages = (f"{PLACE}?add=yes", f"{PLACE}/{item['id']}", "/customer/designs")
    for place in (f"{PLACE}?search={search}",) if search else pages:
        await page.goto(place)
        if "add" in place:
            await queue(page, file(INDIGO, "b.png"))
            await expect(page.locator(".queue-row")).to_have_count(1)
            await expect(page.locator("[data-count=all]")).to_have_text("3")
            await expect(page.locator("[data-reading], .queue-row")).to_have_count(0, timeout=20_000)
        await is_for_everybody(page)


@pytest.mark.long
async def test_a_phones_photo_of_twelve_megapixels_hangs_upright(people: People, page_for: PageFor, db: Db) -> None:
    cora = await people.customer()
    photo = turned(jpeg(4032, 3024, noisy=True))
    assert len(photo) > 5_242_880, "larger than the server takes"
    page = await page_for(cora)
    await page.goto(f"{PLACE}?add=yes")
    await queue(page, {"name": "IMG_2031.jpg", "mimeType": "image/jpeg", "buffer": photo})
    await expect(page.locator("[data-count=all]")).to_have_text("1", timeout=60_000)
    stored = "select width < height and height > 2000 from media where owner_id = %(me)s"
    assert await db.value(stored, me=cora.id)


def turned(photo: bytes) -> bytes:
    """Return the JPEG with an EXIF header that says: held upright, turn it by 90 degrees (orientation 6)."""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"
    return with_segment(photo, 0xE1, b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01" + entry + b"\x00" * 4)


@pytest.mark.long
async def test_what_was_worn_counts_and_the_same_image_twice_is_asked_about(
    people: People, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("status of 404")  # the picture of the second copy, asked for while the copy is dropped
    cora = await people.customer()
    saree = await hung(cora, RANI, name="Rani saree", color="rani")
    await hung(cora, INDIGO, name="Indigo stole", color="indigo")
    page = await page_for(cora, **DESK)
    await page.goto(f"{PLACE}/{saree['id']}")
    await page.get_by_label("Price in ₹").fill("6000")
    await page.get_by_role("button", name="Save").click()
    await page.goto(f"{PLACE}/{saree['id']}")
    await expect(page.get_by_text("Not worn yet.")).to_be_visible()
    await page.get_by_role("button", name="I wore it today").click()
    await expect(page.locator("#worn")).to_contain_text("1 time")
    await expect(page.locator("#worn")).to_contain_text("₹6,000 each time")
    await page.get_by_label("Another day").fill("2026-01-26")
    await page.get_by_role("button", name="Worn on that day").click()
    await expect(page.locator("#worn")).to_contain_text("2 times")
    await expect(page.locator("#worn")).to_contain_text("₹3,000 each time")

    await page.goto(PLACE)
    await page.get_by_role("link", name="Blue").click()
    await expect(cards(page)).to_have_text(["Indigo stole"])
    await page.goto(f"{PLACE}?add=yes")
    await queue(page, file(INDIGO, "again.png"))
    row = page.locator(".queue-row")
    await expect(row.get_by_text("You have this picture already. Keep both?")).to_be_visible(timeout=20_000)
    await row.locator("[data-field=drop]").click()
    await expect(row).to_have_count(0, timeout=20_000)
    await expect(page.locator("[data-count=all]")).to_have_text("2", timeout=20_000)
    assert sorted(await names(cora)) == ["Indigo stole", "Rani saree"]
