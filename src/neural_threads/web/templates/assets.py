"""Static assets with content hashes in their addresses, so that browsers may cache them for ever."""

import gzip
import hashlib
import json
import math
import mimetypes
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from threading import Lock

import brotli  # type: ignore[import-untyped]
from markupsafe import Markup, escape
from rjsmin import jsmin

from neural_threads.platform.config import get_settings

WEB_DIR = Path(__file__).parent.parent
SERVED = {".css", ".js", ".svg", ".woff2", ".png", ".webp", ".ico", ".webmanifest", ".json"}
SQUEEZED = {".css", ".js", ".svg", ".webmanifest", ".json"}
BUNDLE = "style.css"
ALONE = (".page.css", ".page.js")
"""Styles and scripts that one page alone needs: the others neither load nor name them."""
LAYERS = "@layer reset, base, controls, features, utilities;\n"
SHELL_STYLES = ("fonts.css", "tokens.css", "base.css", "controls.css", "frame.css", "components.css", "utilities.css")
ALIASES = {
    "socket.io-client": "shell/vendor/socket.io.esm.min.js",
    "htmx": "shell/vendor/htmx.min.js",
    "leaflet": "shell/vendor/leaflet.js",
    "emoji-picker-element": "shell/vendor/emoji-picker-element/picker.js",
    "emoji-picker-element/database": "shell/vendor/emoji-picker-element/database.js",
}
FOR_EVER = "public, max-age=31536000, immutable"
LOOK_EVERY = 0.3
"""Seconds between two looks for changed files. A look costs as much as a third of a page."""

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(frozen=True)
class Asset:
    """One file as it is served; squeezed the first time somebody asks, then remembered."""

    name: str
    content: bytes
    squeezed: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def mark(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:10]

    @cached_property
    def url(self) -> str:
        stem, dot, suffix = self.name.rpartition(".")
        return f"/assets/{stem}.{self.mark}{dot}{suffix}"

    @cached_property
    def media_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def encoded_as(self, encoding: str) -> tuple[str, bytes]:
        """Return the content in this encoding where that is worth it, and the encoding that it has: ("br", b"…")."""
        if Path(self.name).suffix not in SQUEEZED or len(self.content) < 500:
            return "", self.content
        if encoding and encoding not in self.squeezed:
            self.squeezed[encoding] = self._squeeze(encoding)
        return encoding, self.squeezed.get(encoding, self.content)

    def _squeeze(self, encoding: str) -> bytes:
        # Everybody waits meanwhile, so that the largest are squeezed less: a tenth of the time for a tenth more bytes.
        is_large = len(self.content) > 200_000
        if encoding == "br":
            return bytes(brotli.compress(self.content, quality=6 if is_large else 11))
        return gzip.compress(self.content, 6 if is_large else 9)


class AssetManifest:
    """All assets by name and by address. In development it notices when a file has changed."""

    def __init__(self, root: Path, *, watch: bool) -> None:
        self.root = root
        self.watch = watch
        self._lock = Lock()
        self._seen: dict[str, float] = {}
        self._names: dict[str, Asset] = {}
        self._urls: dict[str, Asset] = {}
        self._importmap = ""
        self._looked_at = -math.inf
        self._load(self._times())

    def asset(self, name: str) -> Asset:
        if name not in self._names:
            raise LookupError(f"no such asset: {name}")
        return self._names[name]

    def at(self, url: str) -> Asset | None:
        return self._urls.get(url)

    @property
    def importmap(self) -> str:
        return self._importmap

    def refresh(self) -> None:
        """Look for changed files: in development, as often as a person can reload; never in production."""
        if not self.watch or time.monotonic() - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = time.monotonic()
        if (times := self._times()) != self._seen:
            with self._lock:
                self._load(times)

    def _times(self) -> dict[str, float]:
        return {name: os.stat(self.root / name).st_mtime for name in sorted(self._files())}

    def _files(self) -> Iterator[str]:
        for folder, _, names in os.walk(self.root):
            url = Path(folder).relative_to(self.root)
            if url.parts and url.name != "lucide":  # Icons are set into the pages themselves.
                yield from (f"{url.as_posix()}/{name}" for name in names if os.path.splitext(name)[1] in SERVED)

    def _load(self, times: dict[str, float]) -> None:
        names = {name: Asset(name, self._content(name)) for name in times if not name.endswith(".css")}
        styles = [name for name in times if name.endswith(".css")]
        names[BUNDLE] = Asset(BUNDLE, self._bundle(names, [name for name in styles if not name.endswith(ALONE)]))
        names |= {name: Asset(name, self._style(names, name).encode()) for name in styles if name.endswith(ALONE)}
        self._names = names
        # An old address stays good while this process lives: a page loaded a moment ago still asks for it.
        self._urls = {**self._urls, **{asset.url: asset for asset in names.values()}}
        self._importmap = json.dumps({"imports": _imports(names)}, separators=(",", ":"))
        self._seen = times

    def _content(self, name: str) -> bytes:
        content = (self.root / name).read_bytes()
        is_ours = name.endswith(".js") and "/vendor/" not in name
        return jsmin(content.decode()).encode() if is_ours else content

    def _bundle(self, names: dict[str, Asset], styles: list[str]) -> bytes:
        shell = [f"shell/{style}" for style in SHELL_STYLES if f"shell/{style}" in styles]
        features = [style for style in styles if not style.startswith("shell/")]
        parts = [LAYERS, *(self._style(names, style) for style in shell + features)]
        return "\n".join(parts).encode()

    def _style(self, names: dict[str, Asset], style: str) -> str:
        text = re.sub(r"/\*.*?\*/", "", (self.root / style).read_text(), flags=re.DOTALL)
        text = re.sub(r"\s*\n\s*", "\n", text).strip()
        folder = style.rpartition("/")[0]

        def addressed(match: re.Match[str]) -> str:
            return f'url("{names[f"{folder}/{match[1]}"].url}")'

        text = re.sub(r"""url\(["']?(?!data:|#|/)([\w./-]+)["']?\)""", addressed, text)
        return text if "@layer" in text or folder == "shell" else f"@layer features {{\n{text}\n}}"


def _imports(names: dict[str, Asset]) -> dict[str, str]:
    """Return what a script may import: "shell/app.js", a vendored package, and each custom element by its own name."""
    result = {alias: names[name].url for alias, name in ALIASES.items() if name in names}
    for name, asset in names.items():
        if name.endswith(".js") and "/vendor/" not in name and not name.endswith(ALONE):
            result[name] = asset.url
            stem = Path(name).stem
            if "-" in stem:
                result[stem] = asset.url
    return result


@cache
def asset_manifest() -> AssetManifest:
    return AssetManifest(WEB_DIR, watch=not get_settings().production)


def asset(name: str) -> str:
    """The address of a file: `asset("shell/app.js")`; `asset("style.css")` is all styles in one."""
    return asset_manifest().asset(name).url


@cache
def _icon_body(name: str) -> str:
    text = (WEB_DIR / "shell/vendor/lucide" / f"{name}.svg").read_text()
    return re.sub(r"\s*\n\s*", "", text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")])


@lru_cache(maxsize=2048)
def icon(name: str, classes: str = "", label: str = "") -> Markup:
    """A Lucide icon, inline; silent for screen readers unless it has a label."""
    heard = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    extra = f" {escape(classes)}" if classes else ""
    return Markup(f'<svg class="icon{extra}" viewBox="0 0 24 24" {heard}>{_icon_body(name)}</svg>')  # noqa: S704 - our own drawing, its label escaped
