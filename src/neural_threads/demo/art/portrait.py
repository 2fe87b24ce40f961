"""Portraits: a monogram on woven ground, since demo people have no faces of their own."""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from neural_threads.demo.art import motifs
from neural_threads.demo.art.canvas import Canvas, Stuff, lay
from neural_threads.demo.art.cloth import sheet
from neural_threads.demo.art.dyes import DYES, METALS, mixed
from neural_threads.demo.art.geometry import turned

SIDE = 640
EDITION = 1
GROUNDS = (
    "indigo",
    "madder",
    "rani",
    "neem",
    "peacock",
    "ink",
    "lac",
    "jamun",
    "geru",
    "firozi",
    "slate",
    "mehendi",
    "marigold",
)
WEAVES = ("ikat", "block", "ajrakh", "brocade", "bandhani", "leheriya", "paisley", "mirror", "floral", "silk")


@dataclass(frozen=True)
class Portrait:
    """The picture of a person by name; the same name always wears the same cloth."""

    name: str

    @property
    def public_id(self) -> str:
        """Return the name of the stored image, e.g. demo/portrait-dina-rao-5c1f0a."""
        mark = hashlib.sha256(f"portrait:{EDITION}:{self.name}".encode()).hexdigest()[:6]
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "person"
        return f"demo/portrait-{slug}-{mark}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return SIDE, SIDE

    @property
    def transparent(self) -> bool:
        """Portraits have a ground."""
        return False

    @property
    def initials(self) -> str:
        """The first letters of the first and the last word, as far as they are Latin."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode().upper()
        words = re.findall(r"[A-Z]+", plain)
        return "".join(word[0] for word in (words[:1] + words[1:][-1:]))


def portrait_svg(portrait: Portrait) -> str:
    """The portrait as an SVG document of 640×640."""
    rng = Random(f"portrait/{portrait.name}")
    dye = DYES[rng.choice(GROUNDS)]
    dye = replace(dye, base=mixed(dye.base, dye.deep, 0.22))
    canvas = Canvas(SIDE, SIDE)
    cloth = sheet([(-60, -40), (-60, 690)], [(700, -40), (700, 690)], round=0.0)
    lay(canvas, cloth, Stuff(dye, rng.choice(WEAVES), 1.25, 0), rng, outline=False)
    canvas.add(f'<rect width="{SIDE}" height="{SIDE}" fill="{dye.base}" fill-opacity=".5"/>')
    veil = canvas.radial([(0, dye.base, 0.9), (0.55, dye.base, 0.62), (1, dye.deep, 0.5)], 320, 320, 460, 460)
    canvas.add(f'<rect width="{SIDE}" height="{SIDE}" fill="{veil}"/>')
    metal = METALS[dye.metal]
    canvas.add(
        f'<circle cx="320" cy="320" r="252" fill="none" stroke="{metal.light}" stroke-opacity=".75" stroke-width="5" stroke-linecap="round" stroke-dasharray="15 13"/>'
    )
    _letters(canvas, portrait.initials, "#fdf6e6", dye.deep)
    return canvas.svg()


def _letters(canvas: Canvas, initials: str, colour: str, shade: str) -> None:
    letters = _alphabet()
    if not initials:
        canvas.fill(
            "".join(
                f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in turned(p, 0, 320, 320))}Z"
                for p in motifs.rosette(150, 8, 0.34)
            ),
            colour,
        )
        return
    size = 0.34 if len(initials) > 1 else 0.42
    wide = sum(letters["letters"][letter]["width"] for letter in initials) * size
    size *= min(1.0, 420 / wide)
    x = 320 - min(wide, 420) / 2
    y = 320 + letters["capHeight"] * size / 2
    for letter in initials:
        glyph = letters["letters"][letter]
        for dx, dy, fill, strength in ((3, 6, shade, 0.55), (0, 0, colour, 1.0)):
            canvas.add(
                f'<path transform="translate({x + dx:.1f} {y + dy:.1f}) scale({size:.4f})" d="{glyph["path"]}" fill="{fill}" fill-opacity="{strength}"/>'
            )
        x += glyph["width"] * size


@cache
def _alphabet() -> Any:
    return json.loads((Path(__file__).parent / "letters.json").read_text())
