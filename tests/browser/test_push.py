"""Switching a device on by a press, and what it shows afterwards. The browser's outside service is played; the rest is real."""

import asyncio
import json

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from tests.support.browsing import is_for_everybody, launch
from tests.support.portal import Portal
from tests.support.push_service import Browser
from tests.support.sweeps import sweep

pytestmark = pytest.mark.browser
TRIED = "https://fcm.googleapis.com/fcm/send/"

# Chromium without Google's service can subscribe nowhere: what it would answer, kept over pages as a browser keeps it.
PLAYED = """
(() => {
  const kept = () => JSON.parse(localStorage.getItem("played") ?? "null");
  const shown = (it) => it && {
    options: { applicationServerKey: Uint8Array.from(atob(it.key.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)).buffer },
    toJSON: () => (SUBSCRIPTION),
    unsubscribe: async () => (localStorage.removeItem("played"), true),
  };
  PushManager.prototype.getSubscription = async () => shown(kept());
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly) throw new Error("not allowed");
    localStorage.setItem("played", JSON.stringify({ key: applicationServerKey }));
    return shown(kept());
  };
  if (ASKED) Notification.requestPermission = async () => (localStorage.setItem("asked", "yes"), ASKED);
})();
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser():
    """A whole Chromium: the one without windows has no notifications."""
    async with async_playwright() as playwright:
        browser = await launch(playwright, windowless=False)
        yield browser
        await browser.close()


def played(browser, asked=""):
    return PLAYED.replace("SUBSCRIPTION", json.dumps(browser.subscription)).replace("ASKED", json.dumps(asked))


async def dinas_switch(people, page_for):
    """Dina, her settings on a browser that may notify, and the switch there."""
    dina = await people.designer()
    page = await page_for(dina)
    await page.context.grant_permissions(["notifications"])
    await page.add_init_script(played(Browser(f"{TRIED}{dina.id}")))
    await page.goto("/settings#notifications")
    switch = page.get_by_role("switch", name="Notify me on this device")
    await expect(switch).to_be_enabled()
    return dina, page, switch


async def test_dina_switches_it_on_and_off(people, page_for):
    dina, page, switch = await dinas_switch(people, page_for)
    await expect(switch).not_to_be_checked()
    assert await page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    await switch.focus()
    await page.keyboard.press("Space")
    await expect(switch).to_be_checked()
    async with asyncio.timeout(30):
        while not (await dina.get("/api/notifications/push")).json()["data"]["devices"]:
            await asyncio.sleep(0.05)
    await page.reload()
    await expect(switch).to_be_enabled()
    await expect(switch).to_be_checked()
    await switch.uncheck()
    await expect(switch).to_be_enabled()
    assert (await dina.get("/api/notifications/push")).json()["data"]["devices"] == []
    await page.reload()
    await expect(switch).to_be_enabled()
    await expect(switch).not_to_be_checked()


@pytest.mark.long
@pytest.mark.case("W16")
async def test_a_device_is_switched_on_when_we_know_it(people, page_for):
    dina, page, switch = await dinas_switch(people, page_for)
    portal = await Portal(page, "**/api/notifications/push").stand()
    await switch.focus()
    await page.keyboard.press("Space")
    async with asyncio.timeout(30):
        while not portal.answered:
            await asyncio.sleep(0.05)
    await expect(switch).to_be_disabled()
    assert (await dina.get("/api/notifications/push")).json()["data"]["devices"] == []
    await portal.lift()
    await expect(switch).to_be_enabled(timeout=45_000)
    await expect(switch).to_be_checked()
    assert len((await dina.get("/api/notifications/push")).json()["data"]["devices"]) == 1


@pytest.mark.long
@pytest.mark.parametrize("scheme", sweep(["light", "dark"]))
async def test_a_no_is_a_no_and_says_how_to_change_it(people, page_for, scheme):
    dina = await people.designer()
    page = await page_for(dina, color_scheme=scheme)
    await page.add_init_script(played(Browser(f"{TRIED}{dina.id}"), asked="default"))
    await page.add_init_script(
        "Object.defineProperty(Notification, 'permission', {get: () => sessionStorage.said ?? 'default'})"
    )
    await page.goto("/settings")
    switch = page.get_by_role("switch", name="Notify me on this device")
    await expect(switch).to_be_enabled()
    assert await page.evaluate("localStorage.asked") is None, "nothing is asked before a press"
    await switch.click()
    await expect(page.get_by_text("Your browser did not get your permission")).to_be_visible()
    await expect(switch).not_to_be_checked()
    await page.evaluate("sessionStorage.said = 'denied'")
    await switch.click()
    await expect(page.get_by_text("Notifications from us are blocked on this device")).to_be_visible()
    await expect(switch).to_be_disabled()
    assert (await dina.get("/api/notifications/push")).json()["data"]["devices"] == []
    await is_for_everybody(page)


async def test_the_worker_shows_a_push_and_takes_it_back(people, page_for, server):
    dina = await people.designer()
    page = await page_for(dina)
    await page.context.grant_permissions(["notifications"])
    await page.goto("/notifications", wait_until="networkidle")
    line = await page.context.new_cdp_session(page)
    registered = asyncio.get_running_loop().create_future()

    def heard(event):
        for one in event["registrations"]:
            if one["scopeURL"].startswith(server.url) and not registered.done():
                registered.set_result(one["registrationId"])

    line.on("ServiceWorker.workerRegistrationUpdated", heard)
    await line.send("ServiceWorker.enable")
    await page.evaluate(
        "navigator.serviceWorker.register('/service-worker.js').then(() => navigator.serviceWorker.ready).then(() => 1)"
    )
    async with asyncio.timeout(30):
        registration = await registered
    told = {
        "tag": "c1",
        "title": "New message",
        "body": "Cora sent you a message.",
        "url": "/designer/chats/c1",
        "lang": "en",
    }

    async def pushed(data):
        await line.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": server.url, "registrationId": registration, "data": data},
        )

    shown = """async () => (await (await navigator.serviceWorker.getRegistration()).getNotifications())
               .map(({title, body, tag, data, icon}) => ({title, body, tag, data, icon: new URL(icon, location).pathname}))"""

    async def shows(*bodies):
        async with asyncio.timeout(30):
            while True:
                found = await page.evaluate(shown)
                if tuple(one["body"] for one in found) == bodies:
                    return found
                await asyncio.sleep(0.05)

    await pushed(json.dumps(told))
    [first] = await shows("Cora sent you a message.")
    assert (first["title"], first["tag"], first["data"]) == ("New message", "c1", "/designer/chats/c1")
    assert first["icon"].startswith("/assets/shell/icon-192.")
    await pushed(json.dumps(told | {"body": "Cora sent you 2 messages."}))
    await shows("Cora sent you 2 messages.")
    await page.reload()
    await shows()
