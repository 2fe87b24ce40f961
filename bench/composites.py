"""Images of garments whose masks are known: drawn garments on six kinds of background, with the flaws of a camera.

Each composite follows from its number alone. Its seed is its number; odd numbers are frozen (see scenarios/vision.py).
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

import cv2
import numpy as np

from neural_threads.demo.art.catalogue import Drawing, image_svg
from neural_threads.demo.art.dyes import DYES
from neural_threads.demo.garments import WEAVES_OF

WIDTH, HEIGHT = 768, 1024
GROUNDS = ("wall", "wood", "bedspread", "near", "photo", "shop")
"""Plain wall, wood, a patterned bedspread, a wall nearly of the garment's colour, something photographic, and the shop picture
on its dummy."""


MOVED = ("skirt",)
"""Cuts that the generator draws at another place on a dummy than without one, so that one is no mask of the other."""


@dataclass(frozen=True)
class Composite:
    """A picture (RGB), the garment's mask in it (0-255), and the garment there without ground, light and camera."""

    number: int
    ground: str
    picture: Drawing
    rgb: Any
    alpha: Any
    garment: Any


def composite(number: int) -> Composite:
    """The composite of this number; all grounds come equally often."""
    rng = Random(f"vision/{number}")
    noise = np.random.default_rng(number)
    ground = GROUNDS[(number // 2) % len(GROUNDS)]
    cut = rng.choice(sorted(WEAVES_OF))
    if ground == "shop" and cut in MOVED:
        cut = rng.choice([each for each in sorted(WEAVES_OF) if each not in MOVED])
    image = Drawing(cut, rng.choice(WEAVES_OF[cut]), rng.choice(sorted(DYES)), seed=number % 7)
    garment = _drawn(Drawing(cut, image.weave, image.dye, transparent=True, seed=image.seed))
    if ground == "shop":
        shown = _drawn(
            Drawing(cut, image.weave, image.dye, rng.choice(("khadi", "sand", "dune", "sky", "sage")), seed=image.seed)
        )
        rgb, alpha = _fitted(shown[..., :3]), _fitted(garment[..., 3])
        bare = rgb
    else:
        rgb, alpha, bare = _worn_on(garment, _ground(ground, garment, rng, noise), rng)
    rgb = _camera(rgb, rng, noise)
    return Composite(number, ground, image, rgb, alpha, bare)


@lru_cache(maxsize=8)
def _drawn(picture: Drawing) -> Any:
    import pyvips

    image = pyvips.Image.svgload_buffer(image_svg(picture).encode())
    pixels = (image if picture.transparent else image.flatten()).numpy()
    return np.ascontiguousarray(pixels)


def _fitted(image: Any) -> Any:
    """960 × 1200 to 768 × 1024: shrunk, then cut at the sides."""
    scaled = cv2.resize(image, (round(960 * HEIGHT / 1200), HEIGHT), interpolation=cv2.INTER_AREA)
    left = (scaled.shape[1] - WIDTH) // 2
    return np.ascontiguousarray(scaled[:, left : left + WIDTH])


def _worn_on(garment: Any, ground: Any, rng: Random) -> tuple[Any, Any, Any]:
    """The garment laid on a ground in some perspective, with its shadow; its mask, and itself alone."""
    height, width = garment.shape[:2]
    scale = rng.uniform(0.62, 0.84) * HEIGHT / height
    w, h = width * scale, height * scale
    left, top = rng.uniform(-0.02, 1) * (WIDTH - w * 0.9) - w * 0.05, rng.uniform(0.15, 0.85) * (HEIGHT - h)

    def bent(x: float, y: float) -> tuple[float, float]:
        return left + x * w + rng.uniform(-1, 1) * 0.035 * w, top + y * h + rng.uniform(-1, 1) * 0.03 * h

    corners = np.array([bent(0, 0), bent(1, 0), bent(1, 1), bent(0, 1)], np.float32)
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners)
    spin = cv2.getRotationMatrix2D((left + w / 2, top + h / 2), rng.uniform(-7, 7), 1)
    matrix = np.vstack([spin, [0, 0, 1]]) @ matrix
    premultiplied = garment.astype(np.float32)
    premultiplied[..., :3] *= premultiplied[..., 3:] / 255
    placed = cv2.warpPerspective(premultiplied, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA)
    alpha = placed[..., 3] / 255
    shadow = cv2.GaussianBlur(
        np.roll(alpha, (rng.randint(4, 16), rng.randint(-12, 12)), (0, 1)), (0, 0), rng.uniform(5, 14)
    )
    shaded = ground.astype(np.float32) * (1 - rng.uniform(0.25, 0.5) * shadow)[..., None]
    rgb = placed[..., :3] + shaded * (1 - alpha)[..., None]
    bare = placed[..., :3] / np.maximum(alpha, 0.01)[..., None]
    return _bytes(rgb), _bytes(alpha * 255), _bytes(bare)


def _bytes(values: Any) -> Any:
    return np.clip(values, 0, 255).astype(np.uint8)


def _camera(rgb: Any, rng: Random, noise: Any) -> Any:
    """Uneven light, a tint, a little blur, noise and JPEG."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / HEIGHT
    angle = rng.uniform(0, 2 * math.pi)
    light = 1 + rng.uniform(0.02, 0.14) * (math.cos(angle) * (x - 0.37) + math.sin(angle) * (y - 0.5)) * 2
    tint = np.array([rng.uniform(0.97, 1.03) for _ in range(3)])
    seen = cv2.GaussianBlur(rgb.astype(np.float32) * light[..., None] * tint, (0, 0), rng.uniform(0.4, 1.1))
    seen = np.clip(seen + noise.normal(0, rng.uniform(2, 6), seen.shape), 0, 255).astype(np.uint8)
    _ok, data = cv2.imencode(".jpg", seen[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, rng.randint(62, 92)])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])


def _ground(kind: str, garment: Any, rng: Random, noise: Any) -> Any:
    providers = {"wall": _wall, "wood": _wood, "bedspread": _bedspread, "photo": _photo}
    if kind == "near":
        return _near(garment, rng, noise)
    return providers[kind](rng, noise)


def _wall(rng: Random, noise: Any) -> Any:
    colour = np.array([rng.uniform(150, 250) for _ in range(3)])
    colour = colour.mean() + (colour - colour.mean()) * 0.35
    return np.clip(colour + _cloud(noise, 5, 3)[..., None], 0, 255)


def _near(garment: Any, rng: Random, noise: Any) -> Any:
    """The median colour of the garment, moved by so little that one still sees the edge."""
    colour = np.median(garment[garment[..., 3] > 200][:, :3], axis=0)
    step = np.array([rng.uniform(-1, 1) for _ in range(3)])
    step *= rng.uniform(28, 46) / np.linalg.norm(step)
    return np.clip(colour + step + _cloud(noise, 4, 3)[..., None], 0, 255)


def _wood(rng: Random, noise: Any) -> Any:
    base = np.array([rng.uniform(110, 175), rng.uniform(75, 120), rng.uniform(45, 80)])
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    plank = rng.randint(70, 150)
    grain = np.sin((x + 14 * _cloud(noise, 90, 1)) / rng.uniform(3, 7) + y / 260) * 9 + _cloud(noise, 25, 8)
    tone = np.repeat([rng.uniform(-22, 22) for _ in range(WIDTH // plank + 2)], plank)[:WIDTH]
    ground = base + (grain + tone)[..., None]
    ground[:, ::plank] *= 0.55
    ground[:, 1::plank] *= 0.75
    return np.clip(ground, 0, 255)


def _bedspread(rng: Random, noise: Any) -> Any:
    """A repeated motif in two colours on folds."""
    first, second, third = (np.array([rng.uniform(40, 235) for _ in range(3)]) for _ in range(3))
    size = rng.randint(36, 96)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    u, v = (x + 3 * _cloud(noise, 60, 1)) % size / size - 0.5, (y + 3 * _cloud(noise, 60, 1)) % size / size - 0.5
    radius, turn = np.hypot(u, v), np.arctan2(v, u)
    petal = radius < 0.22 + 0.16 * np.cos(rng.choice((4, 5, 6, 8)) * turn)
    ground = np.where(petal[..., None], second, first)
    ground = np.where((radius < 0.09)[..., None], third, ground)
    if rng.random() < 0.5:
        ground = np.where(((x // (size // 2)) % 2 == 0)[..., None], ground, ground * 0.82)
    return np.clip(ground + _cloud(noise, 70, 16)[..., None], 0, 255)


def _photo(rng: Random, noise: Any) -> Any:
    """A room out of focus: floor and wall, furniture with light and shade, things on it. Synthetic: no photograph is shipped."""
    wall, floor = _muted(rng), _muted(rng)
    ground = np.empty((HEIGHT, WIDTH, 3))
    edge = rng.randint(int(HEIGHT * 0.55), int(HEIGHT * 0.8))
    ground[:edge], ground[edge:] = wall, floor
    ground += _cloud(noise, 120, 26)[..., None]
    for _ in range(rng.randint(14, 26)):
        colour = _muted(rng)
        x, y = rng.randint(-80, WIDTH), rng.randint(-80, HEIGHT)
        w, h = rng.randint(30, 300), rng.randint(30, 340)
        shade = np.linspace(rng.uniform(0.6, 1), rng.uniform(0.9, 1.35), max(1, w))
        layer, mask = np.empty((HEIGHT, WIDTH, 3), np.float64), np.zeros((HEIGHT, WIDTH), np.uint8)
        layer[:] = colour
        left, right = max(0, x), min(WIDTH, x + w)
        if right > left:
            layer[:, left:right] *= shade[left - x : right - x, None]
        if rng.random() < 0.65:
            cv2.rectangle(mask, (x, y), (x + w, y + h), 255, -1)
        else:
            cv2.ellipse(mask, (x + w // 2, y + h // 2), (w // 2, h // 2), rng.randint(0, 180), 0, 360, 255, -1)
        soft = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.6, 5)).astype(np.float64)[..., None] / 255
        ground = ground * (1 - soft) + (layer + _cloud(noise, 18, 9)[..., None]) * soft
    return np.clip(ground, 0, 255)


def _muted(rng: Random) -> Any:
    """A colour as furniture has it."""
    colour = np.array([rng.uniform(20, 240) for _ in range(3)])
    return colour.mean() + (colour - colour.mean()) * rng.uniform(0.2, 0.7)


def _cloud(noise: Any, size: float, strength: float) -> Any:
    """Soft noise: spots of about `size` pixels."""
    small = noise.normal(0, 1, (max(2, round(HEIGHT / size) + 2), max(2, round(WIDTH / size) + 2))).astype(np.float32)
    return cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) * strength
