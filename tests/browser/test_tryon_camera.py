"""The camera of the try-on page: with Chromium's invented cameras, without any, and refused; the live preview over its picture."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.conftest import PageFor
from tests.factories.wardrobe import PLACE, hung
from tests.support.browsing import Browsing, is_for_everybody, launch, listed
from tests.support.people import People, Person
from tests.support.server import Server
from tests.tryon.dressing import drawn
from tests.wardrobe.test_reading import once_read

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]
PAGE = "/customer/virtual-tryon"
TWO_CAMERAS = "--use-fake-device-for-media-stream=device-count=2"
CAMERA = "() => document.querySelector('tryon-camera')"
# A pose source that answers as often as `every` says, with somebody in the middle of the picture who sways.
STAND_IN = """(every) => {
  const element = document.querySelector("tryon-camera");
  element.told = [];
  element.poseSource = () => ({
    open: async () => element.told.push("open"),
    reset: async () => element.told.push("reset"),
    close: () => element.told.push("close"),
    async detect() {
      element.told.push("detect");
      await new Promise((done) => setTimeout(done, every));
      const sway = Math.sin(performance.now() / 400) / 20;
      const at = (x, y) => ({ x: x + sway, y, visibility: 0.99 });
      return { leftShoulder: at(0.62, 0.25), rightShoulder: at(0.38, 0.25), leftHip: at(0.57, 0.6), rightHip: at(0.43, 0.6) };
    },
  });
}"""
INKED = """() => {
  const { width, height } = document.querySelector("tryon-camera canvas");
  const pen = document.querySelector("tryon-camera canvas").getContext("2d");
  if (!width) return 0;
  return pen.getImageData(0, 0, width, height).data.filter((value, n) => n % 4 === 3 && value > 0).length / width / height;
}"""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def camera_browser() -> AsyncIterator[Browser]:
    """A Chromium with two invented cameras; each page must be granted them."""
    async with async_playwright() as playwright:
        browser = await launch(playwright, windowless=False, flags=[TWO_CAMERAS, "--enable-unsafe-swiftshader"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def filming(camera_browser: Browser, server: Server) -> AsyncIterator[Browsing]:
    """Like `browsing`, with cameras."""
    browsing = Browsing(camera_browser, server.url)
    yield browsing
    await browsing.close()
    assert not browsing.unforgiven(), f"the browser complained:\n{listed(browsing.unforgiven())}"


async def opened(page: Page, *, granted: bool = True) -> Any:
    """The camera element after its button was pressed."""
    if granted:
        await page.context.grant_permissions(["camera"])
    await page.goto(PAGE)
    await page.get_by_role("radio", name="A photo of me").check()
    await page.get_by_role("button", name="Use the camera").click()
    return page.locator("tryon-camera")


async def with_cutout(me: Person) -> str:
    """The name of a garment of theirs whose background is removed."""
    item = await hung(me, drawn(), name="Blue kurta")
    await once_read(me, item["id"])
    shown = await me.put(f"{PLACE}?id={item['id']}", json={"cutoutState": "SHOWN"})
    assert shown.status_code == 200, shown.text
    return "Blue kurta"


@pytest.mark.long  # a browser of its own, and three seconds twice
async def test_cora_takes_an_image_and_sends_only_the_one_she_chose(people: People, filming: Browsing) -> None:
    cora = await people.customer()
    page = await filming.page_for(cora)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    camera = await opened(page)
    await expect(camera.get_by_text("stays on this device")).to_be_visible()
    await page.wait_for_function("() => document.querySelector('tryon-camera video').videoWidth > 0")
    await is_for_everybody(page)
    said = camera.locator("[data-part=said]")
    await camera.get_by_role("button", name="Take a picture in 3 seconds").click()
    for number in ("3", "2", "1"):
        await expect(said).to_have_text(number)
        await expect(camera.locator("[data-part=count]")).to_have_text(number)
    await expect(said).to_have_text("Picture taken. Use it, or take another.")
    await expect(camera.get_by_role("button", name="Use this picture")).to_be_focused()
    await is_for_everybody(page)
    assert not [url for url in sent if "/api/upload" in url]
    await camera.get_by_role("button", name="Take another").click()
    await camera.get_by_role("button", name="Take a picture in 3 seconds").press("Enter")
    await camera.get_by_role("button", name="Use this picture").click()
    await expect(page.locator("image-upload[data-name=personImageUrl] input[type=hidden]")).to_have_count(1)
    assert len([url for url in sent if "/api/upload" in url]) == 1
    assert await page.evaluate(f"({CAMERA})().querySelector('video').srcObject") is None
    await expect(page.get_by_role("button", name="Use the camera")).to_be_focused()


@pytest.mark.long
async def test_from_the_camera_to_a_look_to_dinas_chat(people: People, filming: Browsing) -> None:
    cora, dina = await people.customer("Cora Nair"), await people.designer("Dina Rao")
    await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})
    name = await with_cutout(cora)
    page = await filming.page_for(cora)
    camera = await opened(page)
    await page.get_by_label(name).check()
    await camera.get_by_role("button", name="Take a picture in 3 seconds").click()
    await camera.get_by_role("button", name="Use this picture").click()
    await expect(page.locator("image-upload[data-name=personImageUrl] input[type=hidden]")).to_have_count(1)
    await page.get_by_role("button", name="Try it on").click()
    await expect(page.locator("before-after")).to_be_visible(timeout=60_000)
    await expect(page.get_by_text("We could not find anybody in this photo")).to_be_visible()
    await page.get_by_text("Send it to a designer or tailor").click()
    await is_for_everybody(page)
    await page.get_by_label("It shows my body").check()
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.wait_for_url("**/customer/chats/*")
    await expect(page.locator("chat-thread img[src*='/media/']").last).to_be_visible()


@pytest.mark.long
async def test_the_other_camera(people: People, filming: Browsing) -> None:
    page = await filming.page_for(await people.customer())
    camera = await opened(page)
    await camera.get_by_role("button", name="Other camera").click()
    await expect(camera.locator("[data-part=said]")).to_have_text("Back camera")
    await camera.get_by_role("button", name="Close the camera").click()
    await expect(page.get_by_role("button", name="Use the camera")).to_be_visible()


@pytest.mark.long
async def test_a_refused_camera_is_explained(people: People, filming: Browsing) -> None:
    page = await filming.page_for(await people.customer())
    camera = await opened(page, granted=False)
    await expect(camera.get_by_text("The camera is switched off for this site.")).to_be_visible()
    await expect(page.get_by_label("A photo of you")).to_be_visible()
    await is_for_everybody(page)


async def test_a_device_without_a_camera_is_told_so(people: People, page_for: PageFor) -> None:
    page = await page_for(await people.customer())
    camera = await opened(page)
    await expect(camera.get_by_text("We found no camera on this device.")).to_be_visible()


@pytest.mark.long
async def test_the_preview_is_smooth_however_slow_the_pose_is(people: People, filming: Browsing) -> None:
    cora = await people.customer()
    name = await with_cutout(cora)
    page = await filming.page_for(cora)
    camera = await opened(page)
    await camera.get_by_role("button", name="Show the item live").click()
    await expect(camera.get_by_text("Choose an item of your wardrobe above")).to_be_visible()
    await page.evaluate(STAND_IN, 400)
    await page.get_by_label(name).check()
    await camera.get_by_role("button", name="Show the item live").click()
    await page.wait_for_function(f"() => ({CAMERA})().dataset.live === 'live'")
    await page.wait_for_timeout(4000)
    measured = await page.evaluate(f"({CAMERA})().measured")
    assert measured["framesPerSecond"] >= 24, measured
    assert 2 <= measured["posesPerSecond"] <= 2.6, measured
    assert 0.03 < await page.evaluate(INKED) < 0.6
    await camera.get_by_role("button", name="Take a picture in 3 seconds").click()
    await camera.get_by_role("button", name="Use this picture").wait_for()
    await page.wait_for_function(f"() => ({CAMERA})().told.includes('reset')")
    told = await page.evaluate(f"({CAMERA})().told")
    assert "detect" in told[told.index("reset") :]
    await camera.get_by_role("button", name="Take another").click()
    await camera.get_by_role("button", name="Show the item live").click()
    await expect(camera.locator("canvas")).to_be_hidden()


@pytest.mark.long
async def test_a_preview_below_two_poses_a_second_is_hidden(people: People, filming: Browsing) -> None:
    cora = await people.customer()
    name = await with_cutout(cora)
    page = await filming.page_for(cora)
    camera = await opened(page)
    await page.evaluate(STAND_IN, 900)
    await page.get_by_label(name).check()
    await camera.get_by_role("button", name="Show the item live").click()
    await expect(camera.get_by_text("too slow for the live preview")).to_be_visible()
    await expect(camera.locator("canvas")).to_be_hidden()
    assert "close" in await page.evaluate(f"({CAMERA})().told")


@pytest.mark.long
@pytest.mark.parametrize("in_worker", [True, False])
async def test_the_real_pose_runs_and_is_hidden_where_it_is_slow(
    people: People, filming: Browsing, in_worker: bool
) -> None:
    cora = await people.customer()
    name = await with_cutout(cora)
    page = await filming.page_for(cora)
    loaded: list[str] = []
    page.context.on("response", lambda answer: loaded.append(f"{answer.status} {answer.url}"))
    if not in_worker:
        await page.add_init_script("delete window.OffscreenCanvas")
    camera = await opened(page)
    await page.evaluate(COUNTING)
    assert not [url for url in loaded if "/pose/" in url]
    await page.get_by_label(name).check()
    await camera.get_by_role("button", name="Show the item live").click()
    await expect(camera.get_by_text("too slow for the live preview")).to_be_visible(timeout=60_000)
    await expect(camera.locator("canvas")).to_be_hidden()
    assert await page.evaluate("window.states") == ["loading", "unseen", "slow"]


COUNTING = """() => {
  window.states = [];
  const element = document.querySelector("tryon-camera");
  new MutationObserver(() => window.states.at(-1) !== element.dataset.live && window.states.push(element.dataset.live))
    .observe(element, { attributes: true, attributeFilter: ["data-live"] });
}"""
