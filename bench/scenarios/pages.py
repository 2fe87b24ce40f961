"""What somebody with a cheap phone waits for: pages in Chromium with a slow network and a slow processor."""

import asyncio
import gzip
import os
from statistics import median
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, ViewportSize, async_playwright

from bench.context import Stage
from bench.database import demo_world
from bench.figures import at_most
from bench.servers import app
from neural_threads.local.system_packages import find_browser

PATHS = ("/", "/customer/designers")
PHONE: ViewportSize = {"width": 390, "height": 844}
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
QUIET_SECONDS = 1.5
"""Shifts that come late count, too."""
WATCH = """
window.bench = {lcp: 0, element: '', cls: 0, violations: []};
new PerformanceObserver(list => { for (const e of list.getEntries()) {
  bench.lcp = e.startTime; bench.element = (e.element?.tagName ?? '') + ' ' + (e.element?.className ?? '') + ' ' + (e.url ?? '');
} }).observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) bench.cls += e.value; })
  .observe({type: 'layout-shift', buffered: true});
addEventListener('securitypolicyviolation', e => bench.violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""


def run(stage: Stage) -> None:
    """LCP <= 1.8 s, layout shift <= 0.05, at most 60 kB of JavaScript (gzip), nothing against the CSP."""
    here, report = stage.here, stage.report
    media = {"THREADS_MEDIA_STORE": str(here.media)}
    with demo_world(here) as database, app(database.url, here.folder, **media) as server:
        found = asyncio.run(_look(f"http://{server.address}", stage.options.rounds))
    for path, looks in found.items():
        lcp, worst = median(look["lcp_ms"] for look in looks), max(look["lcp_ms"] for look in looks)
        last = looks[-1]
        print(f"\n{path}: LCP {', '.join(str(look['lcp_ms']) for look in looks)} ms ({last['lcp_element'].strip()})")
        print(f"  {last['requests']} requests, {last['bytes'] / 1000:.0f} kB over the wire; scripts: {last['scripts']}")
        for violation in last["violations"]:
            print(f"  against the policy: {violation}")
        report.facts.setdefault("pages", {})[path] = {"looks": looks}
        report.promise(
            at_most(f"{path}: LCP, median of {len(looks)} (worst {worst / 1000:.2f})", 1.8, lcp / 1000, " s"),
            at_most(f"{path}: layout shift, worst", 0.05, max(look["cls"] for look in looks)),
            at_most(f"{path}: JavaScript, gzip", 60, last["script_gzip_bytes"] / 1000, " kB"),
            at_most(f"{path}: violations of the CSP", 0, len(last["violations"])),
        )


async def _look(url: str, rounds: int) -> dict[str, list[dict[str, Any]]]:
    arguments = ["--disable-dev-shm-usage"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        await _look_once(browser, url)  # Not counted: a phone's browser has started already, with its fonts.
        found = {path: [await _look_once(browser, url + path) for _ in range(rounds)] for path in PATHS}
        await browser.close()
    return found


async def _look_once(browser: Browser, url: str) -> dict[str, Any]:
    """One look with an empty cache."""
    context = await browser.new_context(
        viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, locale="en-IN"
    )
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", NETWORK)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.add_init_script(WATCH)
    sizes, kinds = _sizes(session)
    scripts = _scripts(page)
    await page.goto(url, wait_until="load", timeout=60_000)
    await page.wait_for_timeout(QUIET_SECONDS * 1000)
    seen = await page.evaluate("bench")
    bodies = {found: await answer.body() for found, answer in scripts.items()}
    await context.close()
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
