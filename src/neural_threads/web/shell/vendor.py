"""`python -m neural_threads.web.shell.vendor`: write VENDOR.md, the list of bundled third-party files and licences."""

import hashlib
from pathlib import Path
from typing import NamedTuple

SHELL = Path(__file__).parent
LIST = SHELL / "vendor" / "VENDOR.md"
LATIN = "cut with fontTools to Latin-1 and punctuation, kerning, ligatures and tabular figures"
CAREFUL = (
    "its style sheet adopted and style attributes set by CSSOM, which our Content-Security-Policy lets pass;"
    " the database imported by its alias: `picker.js`"
)


class Origin(NamedTuple):
    """A package that files come from, and what we did to them."""

    package: str
    version: str
    licence: str
    pattern: str
    change: str


ORIGINS = (
    Origin("htmx.org", "2.0.11", "0BSD", "vendor/htmx.min.js", "unchanged: `dist/htmx.min.js`"),
    Origin("socket.io-client", "4.8.4", "MIT", "vendor/socket.io.esm.min.js", "unchanged: `dist/socket.io.esm.min.js`"),
    Origin("leaflet", "1.9.4", "BSD-2-Clause", "vendor/leaflet.js", "without its last line, which names a source map: `dist/leaflet.js`"),
    Origin("emoji-picker-element", "1.29.1", "Apache-2.0", "vendor/emoji-picker-element/picker.js", CAREFUL),
    Origin("emoji-picker-element", "1.29.1", "Apache-2.0", "vendor/emoji-picker-element/database.js", "unchanged: `database.js`"),
    Origin("emoji-picker-element-data", "1.8.0", "Apache-2.0", "vendor/emoji-picker-element/en.json", "unchanged: `en/emojibase/data.json`"),
    Origin("lucide-static", "1.62.0", "ISC", "vendor/lucide/*.svg", "unchanged: `icons/`"),
    Origin("@fontsource-variable/fraunces", "5.3.0", "OFL-1.1", "fonts/fraunces-latin.woff2", f"`opsz` axis, weight 590; {LATIN}"),
    Origin("@fontsource-variable/fraunces", "5.3.0", "OFL-1.1", "fonts/fraunces-latin-ext.woff2", "`opsz` axis, weight 590"),
    Origin("@fontsource-variable/fraunces", "5.3.0", "OFL-1.1", "fonts/fraunces-rupee.woff2", "U+20B9 alone, weight 590"),
    Origin("@fontsource-variable/inter", "5.3.0", "OFL-1.1", "fonts/inter-latin.woff2", f"weight 400–700; {LATIN}"),
    Origin("@fontsource-variable/inter", "5.3.0", "OFL-1.1", "fonts/inter-latin-ext.woff2", "weight 400–700"),
    Origin("@fontsource-variable/inter", "5.3.0", "OFL-1.1", "fonts/inter-rupee.woff2", "U+20B9 alone, weight 400–700"),
    *(
        Origin(f"@fontsource-variable/noto-sans-{script}", "5.3.0", "OFL-1.1", f"fonts/noto-sans-{script}.woff2", "weight 400–700")
        for script in ("devanagari", "kannada", "tamil", "telugu")
    ),
)  # fmt: skip


def vendored() -> list[tuple[Origin, Path]]:
    """Every file that is not ours, with where it comes from."""
    return [(origin, path) for origin in ORIGINS for path in sorted(SHELL.glob(origin.pattern))]


def sha256(path: Path) -> str:
    """Of the file's bytes, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def listing() -> str:
    """VENDOR.md as it should be."""
    head = [
        "# Made by others",
        "",
        "Front-end files that we ship without a build step: each with its package, version, licence and SHA-256.",
        "`python -m neural_threads.web.shell.vendor` rewrites this list; a test compares.",
        "",
        "| file | package | version | licence | made from the original | sha256 |",
        "|---|---|---|---|---|---|",
    ]
    rows = [
        f"| `{path.relative_to(SHELL)}` | {origin.package} | {origin.version} | {origin.licence} | {origin.change} | `{sha256(path)}` |"
        for origin, path in vendored()
    ]
    return "\n".join([*head, *rows, ""])


if __name__ == "__main__":
    LIST.write_text(listing())
