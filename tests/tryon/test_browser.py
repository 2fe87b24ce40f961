"""The look's page with scripts: before and after by keyboard, points by keyboard and pointer, undo, and trying again."""

import json

import pytest

from tests.conftest import PageFor
from tests.support.browsing import is_for_everybody
from tests.support.people import People
from tests.tryon.dressing import PATH, drawn, finished, uploaded, wall, worn

pytestmark = pytest.mark.usefixtures("database")
PAGE = "/customer/virtual-tryon"


@pytest.mark.long
async def test_the_slider_shows_before_and_after_by_keyboard(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    look = await worn(cora)
    page = await page_for(cora)
    await page.goto(f"{PAGE}/{look['id']}")
    slider = page.get_by_role("slider", name="How much of the look is shown")
    await slider.focus()
    assert (
        await page.locator(".tryon-before").evaluate("one => getComputedStyle(one).clipPath")
        == "inset(0px 0px 0px 100%)"
    )
    await slider.press("Home")
    assert await slider.input_value() == "0"
    assert (await page.locator(".tryon-before").evaluate("one => getComputedStyle(one).clipPath")).startswith(
        "inset(0px"
    )
    boxes = [await page.locator(f"{name} img").bounding_box() for name in (".tryon-after", ".tryon-before")]
    assert boxes[0] == pytest.approx(boxes[1], abs=1), "both pictures lie on each other"
    await is_for_everybody(page)


@pytest.mark.long
async def test_points_are_moved_by_keyboard_and_taken_back(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    look = await worn(cora, personImageUrl=await uploaded(cora, wall()))
    page = await page_for(cora)
    await page.goto(f"{PAGE}/{look['id']}")
    await page.get_by_text("Does it sit wrong?").click()
    await is_for_everybody(page)
    board = page.get_by_role("group", name="On you")
    point = board.get_by_role("button", name="Left shoulder")
    undo = board.get_by_role("button", name="Undo")
    field = board.locator("[name=landmarks]")
    await point.focus()
    assert await undo.is_disabled()
    for key in ("ArrowRight", "Shift+ArrowDown"):
        await point.press(key)
    moved = json.loads(await field.input_value())["leftShoulder"]
    start = look["landmarks"]["leftShoulder"]
    assert (round(moved["x"] - start["x"], 4), round(moved["y"] - start["y"], 4)) == (0.005, 0.02)
    await undo.click()
    assert round(json.loads(await field.input_value())["leftShoulder"]["y"] - start["y"], 4) == 0
    box = await point.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    await page.mouse.move(box["x"] + 22, box["y"] + 22)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 32, box["y"] + 42, steps=3)
    await page.mouse.up()
    dragged = json.loads(await field.input_value())
    await page.get_by_role("button", name="Try again like this").click()
    await page.wait_for_url(lambda url: url.startswith(page.url.rpartition("/")[0]) and look["id"] not in url)
    newest = (await cora.get(PATH)).json()["data"][0]
    again = await finished(cora, newest["id"])
    assert again["landmarks"]["leftShoulder"]["y"] == pytest.approx(dragged["leftShoulder"]["y"], abs=1e-4)
    assert (again["problem"], again["confidence"] > 0.5) == (None, True)


async def test_the_form_asks_for_a_figure_or_a_photo(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    await uploaded(cora, drawn())
    page = await page_for(cora)
    await page.goto(PAGE)
    assert await page.locator(".tryon-photo").is_hidden()
    await page.get_by_role("radio", name="A photo of me").check()
    assert await page.locator(".tryon-photo").is_visible()
    assert await page.locator(".tryon-figure").is_hidden()
    await is_for_everybody(page)
    await page.get_by_role("radio", name="A drawn figure").check()
    await is_for_everybody(page)


@pytest.mark.long
async def test_points_of_the_item_are_moved_too_and_two_looks_compared(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    look = await worn(cora, skinTone="DEEP", bodyShape="APPLE", garmentKind="KURTA")
    page = await page_for(cora)
    await page.goto(f"{PAGE}/{look['id']}")
    await page.get_by_text("Does it sit wrong?").click()
    await is_for_everybody(page)
    point = page.get_by_role("button", name="Neckline, in front")
    field, undo = page.locator("[name=garmentPoints]"), page.get_by_role("button", name="Undo")
    await point.focus()
    await point.press("ArrowDown")
    await undo.click()
    await point.focus()
    for _ in range(3):
        await point.press("Shift+ArrowDown")
    moved = json.loads(await field.input_value())["neckFront"]["y"]
    assert moved == pytest.approx(look["garmentPoints"]["neckFront"]["y"] + 0.06, abs=1e-3)
    box = await page.get_by_role("button", name="Left hem").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 22, box["y"] + 22)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 32, box["y"] + 12, steps=3)
    await page.mouse.up()
    await page.get_by_role("button", name="Try again like this").click()
    await page.wait_for_url(lambda url: url.startswith(page.url.rpartition("/")[0]) and look["id"] not in url)
    again = await finished(cora, (await cora.get(PATH)).json()["data"][0]["id"])
    assert again["garmentPoints"]["neckFront"]["y"] == pytest.approx(moved, abs=1e-3)
    assert again["garmentPoints"]["leftHem"] != look["garmentPoints"]["leftHem"]
    assert (again["bodyShape"], again["skinTone"], again["garmentKind"]) == ("APPLE", "DEEP", "KURTA")
    await page.goto(f"{PAGE}#looks")
    for box_of_look in await page.get_by_role("checkbox", name="Compare").all():
        await box_of_look.press("Space")
    await is_for_everybody(page)
    await page.get_by_role("button", name="Compare side by side").press("Enter")
    await page.wait_for_url("**/compare?look=*&look=*")
    boxes = [await image.bounding_box() for image in await page.locator(".tryon-pair img").all()]
    assert [round(box["y"]) for box in boxes if box] == [round(boxes[0]["y"] if boxes[0] else -1)] * 2
    await is_for_everybody(page)
    await page.get_by_role("link", name="Choose another instead").first.click()
    await is_for_everybody(page)
