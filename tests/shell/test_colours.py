"""Every word can be read on every ground it stands on, in light and in dark."""

import math
import re

import pytest

from neural_threads.web.templates.assets import WEB_DIR

TOKENS = (WEB_DIR / "shell/tokens.css").read_text()
GROUNDS = ("khadi", "paper", "raised", "sunken")
WORDS = [(word, ground) for word in ("ink", "soft") for ground in GROUNDS]
WORDS += [(word, ground) for word in ("indigo", "gold", "rani", "neem") for ground in ("khadi", "paper")]
WORDS += [
    ("on-indigo", "indigo"),
    ("on-marigold", "marigold"),
    ("on-rani", "rani"),
    ("khadi", "ink"),
    ("indigo", "indigo-wash"),
]
WORDS += [("on-indigo", "indigo-deep"), ("on-night", "night"), ("on-night", "night-warm")]
WORDS += [(word, f"{word}-wash") for word in ("rani", "neem", "haldi")]
WORDS += [("ink", f"{dye}-wash") for dye in ("indigo", "marigold", "rani", "neem", "haldi")]
WORDS += [("soft", f"{dye}-wash") for dye in ("indigo", "marigold")]
SIGNS = [("line-strong", "paper"), ("line-strong", "khadi"), ("online", "paper")]

Colour = tuple[float, float, float]


def token(name: str, theme: str) -> tuple[Colour, float]:
    text = re.search(rf"--{name}: (.*);", TOKENS)
    assert text, name
    values = re.findall(r"oklch\(([^)]*)\)", text[1])
    return oklch(values[0 if theme == "light" or len(values) == 1 else 1])


def oklch(text: str) -> tuple[Colour, float]:
    """Linear sRGB of `L C H / alpha`, after Björn Ottosson's OKLab."""
    numbers, _, alpha = text.partition("/")
    lightness, chroma, hue = map(float, numbers.split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    clipped = tuple(min(1.0, max(0.0, part)) for part in (red, green, blue))
    return (clipped[0], clipped[1], clipped[2]), float(alpha or 1)


def luminance(colour: Colour) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def contrast(front: str, back: str, theme: str) -> float:
    """After WCAG 2; a translucent front is laid over the ground in gamma-encoded sRGB, as browsers do."""
    colour, alpha = token(front, theme)
    ground, _ = token(back, theme)
    mixed = tuple(
        decode(alpha * encode(over) + (1 - alpha) * encode(under)) for over, under in zip(colour, ground, strict=True)
    )
    lights = sorted((luminance((mixed[0], mixed[1], mixed[2])), luminance(ground)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def encode(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def decode(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), WORDS)
def test_words_reach_four_and_a_half(front: str, back: str, theme: str) -> None:
    assert contrast(front, back, theme) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), SIGNS)
def test_signs_reach_three(front: str, back: str, theme: str) -> None:
    assert contrast(front, back, theme) >= 3


@pytest.mark.parametrize("hue", range(12))
def test_white_reads_on_every_monogram(hue: int) -> None:
    angle = re.search(rf"\.hue-{hue} {{ --dye: (\d+);", TOKENS)
    assert angle
    for light, chroma, turn in ((0.5, 0.12, 0), (0.38, 0.1, 30), (0.49, 0.12, 10)):
        ground, _ = oklch(f"{light} {chroma} {int(angle[1]) + turn}")
        assert 1.05 / (luminance(ground) + 0.05) >= 4.5


def test_raw_colours_stand_in_one_place_only() -> None:
    raw = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch)a?\(")
    strays = [
        f"{path.relative_to(WEB_DIR)}: {found[0]}"
        for path in WEB_DIR.rglob("*.css")
        if path.name != "tokens.css"
        for found in raw.finditer(re.sub(r"url\([^)]*\)|href=\S+", "", path.read_text()))
    ]
    assert not strays
