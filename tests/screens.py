"""Pictures of every page, as each of the demo's people, small and large, light and dark: bin/screens [part of a name]."""

import asyncio
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import async_playwright

from neural_threads.demo.rows import demo_id
from neural_threads.demo.stylings import ANSWER
from neural_threads.local.postgres_binaries import CannotStart
from neural_threads.local.postgres_cluster import running_cluster
from tests.support.browsing import Browsing, launch, listed
from tests.support.cluster import Ground, outer_settings
from tests.support.people import Anonymous, People
from tests.support.server import Server

SIZES = {"390": {"width": 390, "height": 844}, "1440": {"width": 1440, "height": 900}}
SCHEMES = ("light", "dark")
LEHENGA = demo_id("wardrobe", 21)  # of the outfit in that answer
CAST = {"cora": "cora@example.com", "dina": "dina@example.com", "tariq": "tariq@example.com"}


@dataclass(frozen=True)
class Shot:
    """One page: `{/api/designers}` in the path becomes the id of the first thing which that list holds."""

    name: str
    path: str
    who: str = "visitor"
    status: int = 200


# Every page of the product, in the order in which people meet them.
SHOTS = (
    Shot("front", "/"),
    Shot("login", "/login"),
    Shot("signup", "/signup"),
    Shot("signup-designer", "/signup/designer"),
    Shot("signup-tailor", "/signup/tailor"),
    Shot("forgot-password", "/forgot-password"),
    Shot("designers", "/customer/designers"),
    Shot("designers-none", "/customer/designers?search=nobody-has-this-name"),
    Shot("designer", "/customer/designers/{/api/designers}"),
    Shot("goodbye", "/goodbye"),
    Shot("designer-reviews", "/customer/designers/{/api/designers}/reviews"),
    Shot("tailor-reviews", "/customer/tailors/{/api/tailors}/reviews"),
    Shot("tailors", "/customer/tailors"),
    Shot("tailors-none", "/customer/tailors?search=nobody-has-this-name"),
    Shot("tailor", "/customer/tailors/{/api/tailors}"),
    Shot("designs", "/customer/designs"),
    Shot("notices", "/notices"),
    Shot("not-found", "/nothing-here", status=404),
    Shot("styleguide", "/styleguide"),
    Shot("home", "/customer", "cora"),
    Shot("designers", "/customer/designers", "cora"),
    Shot("designers-filtered", "/customer/designers?niche=BRIDAL&minExperience=5&sortBy=experience", "cora"),
    Shot("designers-saved", "/customer/designers?saved=true", "cora"),
    Shot("designers-misspelled", "/customer/designers?search=kavia", "cora"),
    Shot("designer", "/customer/designers/{/api/designers}", "cora"),
    Shot("designer-reviews", "/customer/designers/{/api/designers}/reviews", "cora"),
    Shot("tailors", "/customer/tailors", "cora"),
    Shot("tailors-near", "/customer/tailors?latitude=12.9789&longitude=77.6066&maxDistance=2", "cora"),
    Shot("tailor", "/customer/tailors/{/api/tailors}", "cora"),
    Shot("designs", "/customer/designs", "cora"),
    Shot("designs-list", "/customer/designs?view=list&search=lehnga", "cora"),
    Shot("designs-none", "/customer/designs?search=spacesuit", "cora"),
    Shot("chats", "/customer/chats", "cora"),
    Shot("chats-new", "/customer/chats/new", "cora"),
    Shot("chat", "/customer/chats/{/api/chat}", "cora"),
    Shot("wardrobe", "/customer/wardrobe", "cora"),
    Shot("wardrobe-add", "/customer/wardrobe?add=yes&category=SHOES", "cora"),
    Shot("wardrobe-dresses", "/customer/wardrobe?category=DRESS&subcategory=ETHNIC", "cora"),
    Shot("try-on", "/customer/virtual-tryon", "cora"),
    Shot("wardrobe-piece", "/customer/wardrobe/{/api/chatbot/wardrobe}", "cora"),
    Shot("stylist", "/customer/chatbot", "cora"),
    Shot("stylist-item", "/customer/chatbot?item={/api/chatbot/wardrobe}", "cora"),
    Shot("stylist-conversation", "/customer/chatbot/{/api/chatbot/conversations}", "cora"),
    Shot("stylist-history", "/customer/chatbot/history", "cora"),
    Shot("stylist-swap", f"/customer/chatbot/outfits/swap?messageId={ANSWER}&index=1&itemId={LEHENGA}", "cora"),
    Shot("stylist-send", f"/customer/chatbot/outfits/send?messageId={ANSWER}&index=1", "cora"),
    Shot("wardrobe-looks", "/customer/wardrobe/looks", "cora"),
    Shot("wardrobe-look-new", "/customer/wardrobe/looks/new", "cora"),
    Shot("wardrobe-look", "/customer/wardrobe/looks/{/api/chatbot/looks}", "cora"),
    Shot("chats-found", "/customer/chats?search=the", "cora"),
    Shot("chats-search", "/customer/chats/search?search=the", "cora"),
    Shot("chat-search", "/customer/chats/{/api/chat}/search?search=the", "cora"),
    Shot("chat-share", "/customer/chats/{/api/chat}/share", "cora"),
    Shot("alterations", "/customer/alterations", "cora"),
    Shot("alterations-new", "/customer/alterations/new", "cora"),
    Shot("alteration", "/customer/alterations/{/api/alterations}", "cora"),
    Shot("design-requests", "/customer/design-requests", "cora"),
    Shot("design-requests-new", "/customer/design-requests/new", "cora"),
    Shot("design-request", "/customer/design-requests/{/api/design-requests}", "cora"),
    Shot("notifications", "/notifications", "cora"),
    Shot("settings", "/settings", "cora"),
    Shot("leave", "/settings/leave", "cora"),
    Shot("home", "/designer", "dina"),
    Shot("chats", "/designer/chats", "dina"),
    Shot("chat", "/designer/chats/{/api/chat}", "dina"),
    Shot("chats-search", "/designer/chats/search?search=the", "dina"),
    Shot("chat-search", "/designer/chats/{/api/chat}/search?search=the", "dina"),
    Shot("chat-share", "/designer/chats/{/api/chat}/share", "dina"),
    Shot("chat-replies", "/designer/chats/replies", "dina"),
    Shot("requests", "/designer/requests", "dina"),
    Shot("request", "/designer/requests/{/api/design-requests}", "dina"),
    Shot("job-card", "/designer/requests/{/api/design-requests}/print", "dina"),
    Shot("portfolio", "/designer/portfolio", "dina"),
    Shot("portfolio-piece", "/designer/portfolio/{/api/provider/portfolio}", "dina"),
    Shot("profile", "/designer/profile", "dina"),
    Shot("reviews", "/designer/reviews", "dina"),
    Shot("notifications", "/notifications", "dina"),
    Shot("settings", "/settings", "dina"),
    Shot("leave", "/settings/leave", "dina"),
    Shot("home", "/tailor", "tariq"),
    Shot("chats", "/tailor/chats", "tariq"),
    Shot("chat", "/tailor/chats/{/api/chat}", "tariq"),
    Shot("chats-search", "/tailor/chats/search?search=the", "tariq"),
    Shot("chat-search", "/tailor/chats/{/api/chat}/search?search=the", "tariq"),
    Shot("chat-share", "/tailor/chats/{/api/chat}/share", "tariq"),
    Shot("chat-replies", "/tailor/chats/replies", "tariq"),
    Shot("requests", "/tailor/requests", "tariq"),
    Shot("request", "/tailor/requests/{/api/alterations}", "tariq"),
    Shot("job-card", "/tailor/requests/{/api/alterations}/print", "tariq"),
    Shot("sample-work", "/tailor/sample-work", "tariq"),
    Shot("sample", "/tailor/sample-work/{/api/provider/sample-work}", "tariq"),
    Shot("profile", "/tailor/profile", "tariq"),
    Shot("own-reviews", "/tailor/reviews", "tariq"),
)


async def take(wanted: str, target: Path) -> list[str]:
    """Take the pictures whose name contains `wanted`; answers what went wrong."""
    settings = outer_settings()
    ground_folder = settings.data_dir / "tests"
    ground_folder.mkdir(parents=True, exist_ok=True)
    with running_cluster(settings) as url:
        ground = Ground(url, ground_folder, is_drawn=True)
        folder = ground.new_folder("screens")
        server = Server(ground.copy(demo=True), folder, THREADS_MEDIA_STORE=str(ground.demo_media))
        try:
            await server.start()
            return await _take_all(server, [shot for shot in SHOTS if wanted in f"{shot.who}-{shot.name}"], target)
        finally:
            await server.stop()
            ground.drop(server.dsn)
            shutil.rmtree(folder, ignore_errors=True)


async def _take_all(server: Server, shots: list[Shot], target: Path) -> list[str]:
    troubles: list[str] = []
    people = People(server.url)
    async with async_playwright() as playwright:
        browser = await launch(playwright, windowless=False)
        cast: dict[str, Anonymous] = {"visitor": people.anonymous()}
        for shot in shots:
            if shot.who not in cast:
                cast[shot.who] = await people.demo(CAST[shot.who])
            browsing = Browsing(browser, server.url)
            try:
                await _take_one(browsing, shot, cast[shot.who], target)
            except Exception as error:
                troubles.append(f"{shot.who}-{shot.name}: {str(error).splitlines()[0]}")
            complaints = [said for said in browsing.unforgiven() if str(shot.status) not in said or shot.status == 200]
            troubles += [f"{shot.who}-{shot.name}: {said}" for said in dict.fromkeys(complaints)]
            await browsing.close()
        await browser.close()
    await people.close()
    return troubles


async def _take_one(browsing: Browsing, shot: Shot, person: Anonymous, target: Path) -> None:
    path = await _resolved(shot.path, person)
    for size, viewport in SIZES.items():
        for scheme in SCHEMES:
            page = await browsing.page_for(person, viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
            answer = await page.goto(path, wait_until="load")
            assert answer, path
            assert answer.status == shot.status, f"{path} answered {answer.status}"
            await page.evaluate("document.fonts.ready")
            await page.wait_for_timeout(250)
            await page.screenshot(path=target / f"{shot.who}-{shot.name}-{size}-{scheme}.png", full_page=True)
            wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide, f"{path} is wider than {size} pixels"


async def _resolved(path: str, person: Anonymous) -> str:
    found = re.search(r"\{(.+?)\}", path)
    if not found:
        return path
    data = (await person.get(found[1])).json()["data"]
    things = data if isinstance(data, list) else next(value for value in data.values() if isinstance(value, list))
    return path.replace(found[0], things[0]["id"])


def main(argv: list[str]) -> int:
    """Take them; 1 when a page failed."""
    target = outer_settings().data_dir / "screens"
    target.mkdir(parents=True, exist_ok=True)
    try:
        troubles = asyncio.run(take(argv[0] if argv else "", target))
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    print(f"{len(list(target.glob('*.png')))} pictures are in {target}.")
    if troubles:
        print(f"Not all is well:\n{listed(troubles)}", file=sys.stderr)
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
