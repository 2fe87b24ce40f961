"""Drawn garments whose seams are known, because the drawing says where it put them; and figures to dress in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import numpy as np
import pyvips

from neural_threads.demo.art import Drawing, svg_of
from neural_threads.demo.art.cuts.kit import CX, Kit, Top
from neural_threads.features.accounts.enums import BodyShape
from neural_threads.features.tryon.figures import TONES, FigurePose, SkinTone, figure_of, figure_svg
from neural_threads.platform.vision.arrays import Image, Mask
from neural_threads.platform.vision.body_frame import BodyFrame
from neural_threads.platform.vision.garment_templates import GarmentKind
from neural_threads.platform.vision.person import Person

# Cut, weave and dye of the twelve garments, and what they are.
GARMENTS = (
    ("kurta", "ikat", "indigo", GarmentKind.KURTA),
    ("shirt", "block", "rani", GarmentKind.SHIRT),
    ("gown", "brocade", "neem", GarmentKind.GOWN),
    ("dress", "paisley", "marigold", GarmentKind.DRESS),
    ("anarkali", "checks", "peacock", GarmentKind.ANARKALI),
    ("lehenga", "mirror", "madder", GarmentKind.LEHENGA),
    ("saree", "silk", "jamun", GarmentKind.SAREE),
    ("trousers", "stripes", "ink", GarmentKind.TROUSERS),
    ("salwar-set", "leheriya", "firozi", GarmentKind.KURTA),
    ("skirt", "floral", "geru", GarmentKind.SKIRT),
    ("sherwani", "ajrakh", "slate", GarmentKind.SHERWANI),
    ("blazer", "silk", "lac", GarmentKind.JACKET),
)


@dataclass(frozen=True)
class Drawn:
    """A garment's picture, its true alpha, and the seams that the drawing tells, in pixels."""

    rgb: Image
    alpha: Mask
    kind: GarmentKind
    seams: dict[str, tuple[float, float]]


def drawn_garment(cut: str, weave: str, dye: str, kind: GarmentKind, seed: int = 0, width: int = 819) -> Drawn:
    """Draw a garment without wall and form."""
    with _noted() as tops:
        svg = svg_of(Drawing(cut, weave, dye, "khadi", True, seed))
    scale = width / 960
    pixels = pyvips.Image.svgload_buffer(svg.encode(), scale=scale).numpy()
    seams = {name: (x * scale, y * scale) for name, (x, y) in (tops[0] if tops else {}).items()}
    return Drawn(np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3]), kind, seams)


@contextmanager
def _noted() -> Iterator[list[dict[str, tuple[float, float]]]]:
    """Note where a drawing puts shoulders and armpits: of each Top that is laid, through the zoom that is on."""
    tops: list[dict[str, tuple[float, float]]] = []
    stack: list[Any] = []
    zoom, broad, outline = Kit.zoom, Kit.broad, Top.outline

    def zoomed(kit: Kit, scale: float, top: float) -> None:
        stack.append(lambda x, y: (CX + (x - CX) * scale, top + (y - 102) * scale))
        zoom(kit, scale, top)

    def broadened(kit: Kit) -> None:
        stack.append(lambda x, y: (CX + (x - CX) * 1.13, y))
        broad(kit)

    def laid(top: Top) -> Any:
        places = {}
        for side, sign in (("right", -1), ("left", 1)):
            for name, (x, y) in (("Shoulder", top.shoulder), ("Armpit", top.armpit)):
                place = (CX + sign * x, y)
                for move in reversed(stack):
                    place = move(*place)
                places[side + name] = place
        tops.append(places)
        return outline(top)

    with patch.object(Kit, "zoom", zoomed), patch.object(Kit, "broad", broadened), patch.object(Top, "outline", laid):
        yield tops


def dressed_figure(shape: BodyShape, pose: FigurePose, tone: SkinTone, scale: float) -> Person:
    """A drawn figure, ready to be dressed, `scale` times as large as 900 × 1,200."""
    figure = figure_of(shape, pose)
    layers = {name: _pixels(figure_svg(figure, TONES[tone], name), scale) for name in ("all", "person", "arms", "head")}
    height, width = layers["all"].shape[:2]
    joints = {name: (x * width, y * height) for name, (x, y) in figure.points.items()}
    alphas = {name: np.ascontiguousarray(layer[..., 3]) for name, layer in layers.items()}
    rgb = np.ascontiguousarray(layers["all"][..., :3])
    return Person(rgb, BodyFrame(joints, alphas["person"]), alphas["head"], alphas["arms"], is_drawn=True)


def _pixels(svg: str, scale: float) -> Image:
    return np.ascontiguousarray(pyvips.Image.svgload_buffer(svg.encode(), scale=scale).numpy())
