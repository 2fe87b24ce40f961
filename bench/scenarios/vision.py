"""How well garments are found in images whose masks are known, and their colours; beside GrabCut alone and the middle's colour.

Even numbers are open: masks were tuned on them. Odd ones are frozen: nobody looked at them before, and the promises are
about them. What this cannot show: how it is with real photographs. All garments are drawn, also those of the shop pictures;
the photographic grounds are synthetic; shadows, noise and perspective are models of ours.
"""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import mean
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np

from bench.composites import GROUNDS, Composite, composite
from bench.context import Stage
from bench.difference import delta_e_2000
from bench.figures import at_least, at_most, percentile
from neural_threads.platform.colour.dominant import dominant_colours, hex_of
from neural_threads.platform.colour.oklab import dominant_colour
from neural_threads.platform.vision import masks
from neural_threads.platform.vision.arrays import resized
from neural_threads.platform.vision.garment_kind import guessed_category, guessed_pattern
from neural_threads.platform.vision.reading import AGREED

PROMISED = {"wall": 0.97, "shop": 0.92, "bedspread": 0.92, "near": 0.94, "photo": 0.87}
NEAR_ENOUGH = 6.0  # ΔE2000
WORST = 12
SHEET = Path("docs") / "pictures" / "vision-worst.jpg"


def run(stage: Stage) -> None:
    """Mean IoU of the frozen half: wall >= 0.97, shop and bedspread >= 0.92, near colour >= 0.94, photographic >= 0.87; the
    dominant colour within ΔE2000 6 in >= 90 %; at most 1.5 s of CPU a picture."""
    masks.prepare()
    looked = [_look(number) for number in range(stage.options.pictures)]
    for name, half in (("frozen", looked[1::2]), ("open", looked[::2])):
        for ground in (*GROUNDS, "all"):
            some = [one for one in half if ground in (one["ground"], "all")]
            _row(stage, f"{name}: {ground}", some)
    frozen = looked[1::2]
    for ground, least in PROMISED.items():
        found = mean(one["iou"] for one in frozen if one["ground"] == ground)
        stage.report.promise(at_least(f"{ground}: mean IoU, frozen", least, round(found, 4)))
    near = 100 * mean(one["apart"] <= NEAR_ENOUGH for one in frozen)
    cpu = percentile(sorted(one["cpu"] for one in looked), 0.95)
    stage.report.promise(
        at_least(f"dominant colour within ΔE2000 {NEAR_ENOUGH:g}, frozen", 90, round(near, 1), " %"),
        at_most("CPU for a mask and its colours, p95", 1.5, round(cpu, 2), " s"),
    )
    _tell_agreement(stage, frozen)
    _sheet(sorted(looked, key=lambda one: float(one["iou"]))[:WORST])


def _look(number: int) -> dict[str, Any]:
    made = composite(number)
    truth = made.alpha >= 128
    began = time.process_time()
    found = masks.garment_mask(made.rgb)
    colours = dominant_colours(made.rgb, found.alpha)
    cpu = time.process_time() - began
    alone = masks.garment_mask(made.rgb, use_model=False)
    wanted = dominant_colours(made.garment, made.alpha)[0].hex
    middle = dominant_colour(_png(made.rgb))
    return {
        "number": number,
        "ground": made.ground,
        "iou": masks.overlap(found.alpha >= 128, truth),
        "alone": masks.overlap(alone.alpha >= 128, truth),
        "agreement": found.agreement,
        "apart": delta_e_2000(wanted, colours[0].hex) if colours else 100.0,
        "middle_apart": delta_e_2000(wanted, hex_of(np.array(middle))) if middle else 100.0,
        "cpu": cpu,
        "category": guessed_category(found.alpha),
        "pattern": guessed_pattern(made.rgb, found.alpha),
    }


def _row(stage: Stage, what: str, some: list[dict[str, Any]]) -> None:
    figures = {
        "pictures": len(some),
        "iou": _mean(some, "iou"),
        "iou_worst": round(min((one["iou"] for one in some), default=0), 4),
        "iou_grabcut_alone": _mean(some, "alone"),
        "colour_near": round(mean([one["apart"] <= NEAR_ENOUGH for one in some] or [0]), 4),
        "colour_near_middle": round(mean([one["middle_apart"] <= NEAR_ENOUGH for one in some] or [0]), 4),
    }
    stage.report.rows.append({"what": what, **figures})
    print(f"{what:20}", *(f"{name} {value}" for name, value in figures.items()), flush=True)


def _mean(some: list[dict[str, Any]], name: str) -> float:
    return round(mean([one[name] for one in some] or [0]), 4)


def _tell_agreement(stage: Stage, frozen: list[dict[str, Any]]) -> None:
    """What the second opinion is worth: how good those are that are shown without asking, and the others."""
    agreed = [one for one in frozen if (one["agreement"] or 0) >= AGREED]
    others = [one for one in frozen if one not in agreed]
    facts = {
        "shown_without_asking": round(len(agreed) / len(frozen), 3),
        "iou_of_these": _mean(agreed, "iou"),
        "worst_of_these": round(min((one["iou"] for one in agreed), default=0), 4),
        "iou_of_the_others": _mean(others, "iou"),
        "cannot_show": "No real photographs: drawn garments, synthetic grounds.",
    }
    stage.report.facts |= facts
    print(*(f"{name}: {value}" for name, value in facts.items()), sep="\n")


def _sheet(worst: Iterable[dict[str, Any]]) -> None:
    """The worst, with what was taken too much in red and what is missing in blue."""
    tiles = [_tile(composite(one["number"]), one["iou"]) for one in worst]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % 6)
    rows = [np.hstack(tiles[place : place + 6]) for place in range(0, len(tiles), 6)]
    SHEET.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(SHEET), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 80])


def _tile(made: Composite, iou: float) -> Any:
    found, truth = masks.garment_mask(made.rgb).alpha >= 128, made.alpha >= 128
    shown = made.rgb.copy()
    shown[found & ~truth], shown[truth & ~found] = (230, 40, 40), (40, 70, 230)
    tile = np.ascontiguousarray(resized(shown, (341, 256))[..., ::-1])
    words = f"{made.number} {made.ground} {iou:.3f}"
    cv2.rectangle(tile, (0, 0), (tile.shape[1], 30), (0, 0, 0), -1)
    cv2.putText(tile, words, (8, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA)
    return tile


def _png(rgb: Any) -> bytes:
    _ok, data = cv2.imencode(".png", rgb[..., ::-1])
    return data.tobytes()
