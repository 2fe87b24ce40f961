"""Addresses name their content, may be kept for ever, and are as small as the browser lets them be."""

import gzip
import json
import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import httpx
import pytest

from neural_threads.web.templates.assets import WEB_DIR, AssetManifest, asset_manifest, icon
from tests.support.server import Server

SCRIPTS_OF_A_CHAT = (
    "shell/app.js",
    "shell/toast.js",
    "shell/api.js",
    "shell/socket.js",
    "shell/drafts.js",
    "shell/enter-key.js",
    "shell/form-sending.js",
    "shell/loading.js",
    "shell/signed-out.js",
    "shell/swaps.js",
    "shell/htmx-later.js",
    "shell/letter-count.js",
)


def small_rack(root: Path) -> AssetManifest:
    (root / "shell").mkdir(parents=True)
    (root / "hats").mkdir()
    (root / "shell/tokens.css").write_text("@layer base { :root { --ink: black } }")
    (root / "hats/hat.css").write_text("/* straw */ .hat { background: url(straw.svg) }")
    (root / "hats/straw.svg").write_text("<svg/>")
    (root / "hats/hat-shelf.js").write_text("export {}")
    return AssetManifest(root, watch=True)


def test_an_address_changes_with_its_content(tmp_path: Path) -> None:
    asset_manifest = small_rack(tmp_path)
    before = asset_manifest.asset("hats/straw.svg").url
    (tmp_path / "hats/straw.svg").write_text("<svg><!-- wider --></svg>")
    asset_manifest.refresh()
    after = asset_manifest.asset("hats/straw.svg").url
    assert before != after
    assert asset_manifest.at(after) is not None
    assert asset_manifest.at(before) is not None, "a page loaded a moment ago still asks for it"
    assert re.fullmatch(r"/assets/hats/straw\.[0-9a-f]{10}\.svg", after)


def test_styles_are_one_bundle_with_features_in_their_layer(tmp_path: Path) -> None:
    asset_manifest = small_rack(tmp_path)
    css = asset_manifest.asset("style.css").content.decode()
    assert css.startswith("@layer reset, base, controls, features, utilities;")
    assert css.index("--ink") < css.index("@layer features {\n.hat")
    assert asset_manifest.asset("hats/straw.svg").url in css
    assert "straw */" not in css


def test_an_element_is_imported_by_its_own_name(tmp_path: Path) -> None:
    imports = json.loads(small_rack(tmp_path).importmap)["imports"]
    assert imports["hat-shelf"] == imports["hats/hat-shelf.js"]


def test_scripts_import_only_what_the_map_names() -> None:
    imports = json.loads(asset_manifest().importmap)["imports"]
    for name in imports:
        if name.endswith(".js"):
            script = asset_manifest().asset(name).content.decode()
            for module in re.findall(r'^import[^"\']*["\']([^"\']+)["\']', script, re.MULTILINE):
                assert module in imports, f"{name} imports {module}"


def test_scripts_of_any_page_weigh_less_than_sixty_kilobytes() -> None:
    everything = [*SCRIPTS_OF_A_CHAT, "shell/vendor/socket.io.esm.min.js"]
    assert sum(len(gzip.compress(asset_manifest().asset(name).content)) for name in everything) < 26_000, (
        "room for the features"
    )


def test_icons_are_silent_unless_they_have_a_label() -> None:
    assert 'aria-hidden="true"' in icon("heart")
    assert 'role="img" aria-label="&lt;3"' in icon("heart", label="<3")


@pytest.mark.parametrize(
    ("accept", "unpack"), [("br, gzip", brotli.decompress), ("gzip", gzip.decompress), ("identity", bytes)]
)
async def test_a_style_comes_squeezed_and_may_be_kept_for_ever(server: Server, accept: str, unpack: object) -> None:
    url = asset_manifest().asset("style.css").url
    async with (
        httpx.AsyncClient(base_url=server.url) as browser,
        browser.stream("GET", url, headers={"Accept-Encoding": accept}) as answer,
    ):
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "Accept-Encoding"
    assert unpack(raw) == asset_manifest().asset("style.css").content  # type: ignore[operator]


async def test_a_known_asset_is_not_sent_again(server: Server) -> None:
    asset = asset_manifest().asset("shell/app.js")
    async with httpx.AsyncClient(base_url=server.url) as browser:
        first = await browser.get(asset.url)
        second = await browser.get(asset.url, headers={"If-None-Match": first.headers["etag"]})
        stranger = await browser.get("/assets/shell/app.0000000000.js")
        outside = await browser.get("/assets/../pyproject.toml")
    assert (first.status_code, second.status_code, stranger.status_code) == (200, 304, 404)
    assert not second.content
    assert outside.status_code == 404


async def test_what_browsers_ask_for_by_themselves_is_there(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        manifest = (await browser.get("/manifest.webmanifest")).json()
        images = [await browser.get(entry["src"]) for entry in manifest["icons"]]
        assert all(image.status_code == 200 for image in images)
        assert {entry["sizes"] for entry in manifest["icons"]} >= {"192x192", "512x512"}
        assert (await browser.get("/favicon.ico")).headers["content-type"].startswith("image/")
        assert "Disallow: /api/" in (await browser.get("/robots.txt")).text
        assert (await browser.head("/robots.txt")).status_code == 200


async def test_scripts_are_served_without_comments_and_indentation(people) -> None:
    visitor, source = people.anonymous(), (WEB_DIR / "shell/app.js").read_text()
    served = (await visitor.get(asset_manifest().asset("shell/app.js").url)).text
    assert "// The one script on every page" in source
    assert "// The one script on every page" not in served
    assert "\n  " not in served
    assert "drafts.begin();" in served
    vendored = "shell/vendor/htmx.min.js"
    assert asset_manifest().asset(vendored).content == (WEB_DIR / vendored).read_bytes()


@pytest.mark.parametrize("path", ["/favicon.ico", "/schema/openapi.json", "/api/designers"])
async def test_a_browser_says_in_every_allowed_way_what_it_has(people, path):
    """Proxies that compress make an ETag weak, and some send a list."""
    visitor = people.anonymous()
    tag = (await visitor.get(path)).headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', f'"a,b",W/{tag}', "*"):
        assert (await visitor.get(path, headers={"If-None-Match": given})).status_code == 304, given
    for given in ('"other"', tag.strip('"'), tag[:-2] + '"', "", "W/"):
        assert (await visitor.get(path, headers={"If-None-Match": given})).status_code == 200, given
