"""Loading times on a cheap phone: pages in Chromium on a slow line (a proxy holds the bytes) and processor."""

import asyncio
import gzip
import os
from statistics import median
from typing import Any

import httpx
import psycopg
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, ViewportSize, async_playwright

from bench.context import Stage
from bench.database import demo_world
from bench.figures import at_most
from bench.servers import Server, app
from bench.slow_line import SlowLine, slow_line
from neural_threads.demo.cast import PASSWORD
from neural_threads.local.system_packages import find_browser

VISITOR = ("/", "/customer/designers", "/customer/tailors")
SIGNED_IN = (
    "/customer/designers",
    "/customer/tailors",
    "/customer/chats/{chat}",
    "/customer/wardrobe",
    "/customer/chatbot",
    "/customer/virtual-tryon",
)
PHONE: ViewportSize = {"width": 390, "height": 844}
ROUND_TRIP = 0.150
DOWN, UP = 1_600_000 / 8, 750_000 / 8
SLOWER = 4
QUIET_SECONDS = 1.5
"""Shifts that come late count, too."""
SPAN = 1.0
WATCH = """
window.bench = {lcp: 0, element: '', cls: 0, violations: []};
new PerformanceObserver(list => { for (const e of list.getEntries()) {
  bench.lcp = e.startTime; bench.element = (e.element?.tagName ?? '') + ' ' + (e.element?.className ?? '') + ' ' + (e.url ?? '');
} }).observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) bench.cls += e.value; })
  .observe({type: 'layout-shift', buffered: true});
addEventListener('securitypolicyviolation', e => bench.violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""
Looks = dict[str, list[dict[str, Any]]]


def run(stage: Stage) -> None:
    """LCP <= 1.5 s, nothing shifts, at most 50 kB of JavaScript (gzip; a chat 60), nothing against the CSP."""
    here, report = stage.here, stage.report
    media = {"THREADS_MEDIA_STORE": str(here.media)}
    with demo_world(here) as database, app(database.url, here.folder, **media) as server:
        email, chat = _customer(database.url)
        looks, most = asyncio.run(_look(server, email, chat, stage.options.rounds))
    for what, found in looks.items():
        lcp, worst = median(look["lcp_ms"] for look in found), max(look["lcp_ms"] for look in found)
        last = found[-1]
        print(f"\n{what}: LCP {', '.join(str(look['lcp_ms']) for look in found)} ms ({last['lcp_element'].strip()})")
        print(f"  {last['requests']} requests, {last['bytes'] / 1000:.0f} kB over the wire; scripts: {last['scripts']}")
        for violation in last["violations"]:
            print(f"  against the policy: {violation}")
        report.facts.setdefault("pages", {})[what] = {"looks": found}
        report.promise(
            at_most(f"{what}: LCP, median of {len(found)} (worst {worst / 1000:.2f})", 1.5, lcp / 1000, " s"),
            at_most(f"{what}: layout shift, worst", 0, max(look["cls"] for look in found)),
            at_most(f"{what}: violations of the CSP", 0, len(last["violations"])),
        )
        if "cold" in what:
            most_script = 60 if "/chats/" in what else 50
            report.promise(at_most(f"{what}: JavaScript, gzip", most_script, last["script_gzip_bytes"] / 1000, " kB"))
    report.promise(at_most("the line held: kB within a second", 1.05 * DOWN / 1000, most / 1000, " kB"))


def _customer(url: str) -> tuple[str, str]:
    """The demo's customer with the longest chat: e-mail, and the chat."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "select u.email, c.id from chats c join customers k on k.id = c.customer_id join users u on u.id = k.user_id"
            " order by c.last_seq desc limit 1"
        ).fetchone()
    assert row is not None
    return row[0], row[1]


async def _look(server: Server, email: str, chat: str, rounds: int) -> tuple[Looks, int]:
    """Each page as often as there are rounds, with an empty cache and again with a full one; the most bytes of a second."""
    arguments = ["--disable-dev-shm-usage"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    cookies = _signed_in(server, email)
    looks: Looks = {}
    async with (
        async_playwright() as playwright,
        slow_line(server.port, down=DOWN, up=UP, round_trip=ROUND_TRIP) as line,
    ):
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        await _look_twice(browser, line, "/", [])  # Not counted: a phone's browser has started already, with its fonts.
        for who, paths, own in (("visitor", VISITOR, []), ("signed in", SIGNED_IN, cookies)):
            for path in (path.format(chat=chat) for path in paths):
                for _ in range(rounds):
                    for state, look in zip(("cold", "warm"), await _look_twice(browser, line, path, own), strict=True):
                        looks.setdefault(f"{path.replace(chat, 'chat')}, {who}, {state}", []).append(look)
        await browser.close()
        return looks, line.down.most_within(SPAN)


def _signed_in(server: Server, email: str) -> list[dict[str, Any]]:
    with httpx.Client(base_url=f"http://{server.address}", trust_env=False) as client:
        token = client.get("/api/security/csrf").json()["data"]["token"]
        body = {"email": email, "password": PASSWORD}
        client.post("/api/auth/login", json=body, headers={"X-CSRF-Token": token}).raise_for_status()
        pairs = [(cookie.name, cookie.value) for cookie in client.cookies.jar]
    return [{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"} for name, value in pairs]


async def _look_twice(
    browser: Browser, line: SlowLine, path: str, cookies: list[Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """One look with an empty cache, and another with what the first has left."""
    context = await browser.new_context(
        viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, locale="en-IN"
    )
    await context.add_cookies(cookies)
    url = f"http://127.0.0.1:{line.port}{path}"
    looks = await _look_once(context, url), await _look_once(context, url)
    await context.close()
    return looks


async def _look_once(context: BrowserContext, url: str) -> dict[str, Any]:
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.add_init_script(WATCH)
    sizes, kinds = _sizes(session)
    scripts = _scripts(page)
    await page.goto(url, wait_until="load", timeout=60_000)
    await page.wait_for_timeout(QUIET_SECONDS * 1000)
    seen = await page.evaluate("bench")
    bodies = {found: await answer.body() for found, answer in list(scripts.items())}
    await page.close()
    return {
        "lcp_ms": round(seen["lcp"]),
        "lcp_element": seen["element"],
        "cls": round(seen["cls"], 4),
        "violations": seen["violations"],
        "requests": len(kinds),
        "bytes": round(sum(sizes.values())),
        "scripts": {name.rsplit("/", 1)[-1]: len(gzip.compress(body)) for name, body in bodies.items()},
        "script_gzip_bytes": sum(len(gzip.compress(body)) for body in bodies.values()),
        "script_wire_bytes": round(sum(size for key, size in sizes.items() if kinds.get(key) == "Script")),
    }


def _sizes(session: CDPSession) -> tuple[dict[str, float], dict[str, str]]:
    """Bytes over the wire and kind, by request."""
    sizes: dict[str, float] = {}
    kinds: dict[str, str] = {}
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    return sizes, kinds


def _scripts(page: Page) -> dict[str, Any]:
    """The answers that are JavaScript, by address."""
    found: dict[str, Any] = {}

    def note(answer: Any) -> None:
        if answer.request.resource_type == "script" and answer.ok:
            found[answer.url] = answer

    page.on("response", note)
    return found
