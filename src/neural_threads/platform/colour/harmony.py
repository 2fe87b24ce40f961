"""Score the harmony of colours, 0-1, from lightness, chroma and hue in OKLCH.

OKLCH is OKLab (Björn Ottosson, 2020) in polar form: C = hypot(a, b), h = atan2(b, a). Hue templates follow Matsuda as given by
Cohen-Or et al., "Color Harmonization" (ACM TOG 25(3), 2006): hues in harmony lie close together (type i: a sector of 18 degrees; V:
94 degrees) or across the wheel (type I: 180 degrees apart). Lightness contrast follows Ou and Luo, "A colour harmony model for
two-colour combinations" (Color Research & Application 31(3), 2006): pairs please more when their lightness differs.
For two colours with hue difference d (degrees), G a bell exp(-(x / w)^2 / 2):

    hue   = max(1.0 G(d, 25), 0.9 G(d - 180, 30), 0.75 G(d - 120, 25), 0.8 G(d - 60, 20), 0.45)
    light = 0.8 + 0.2 min(1, |L1 - L2| / 0.35)
    score = light (m + (1 - m) hue),   m = 1 for a neutral (C < 0.04), else 0.25 exp(-min(C1, C2) / 0.08)

so neutrals go with everything, and muted colours forgive more than bright ones.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from math import atan2, degrees, exp, hypot

from neural_threads.platform.colour.oklab import Lab

NEUTRAL = 0.04
"""The chroma (OKLCH) under which a colour goes with every other: white, grey, black, beige, navy nearly."""


def oklch(lab: Lab) -> tuple[float, float, float]:
    """Return lightness 0-1, chroma 0-0.4 and hue 0-360 degrees of an OKLab colour."""
    return lab[0], hypot(lab[1], lab[2]), degrees(atan2(lab[2], lab[1])) % 360


@lru_cache(maxsize=16_384)
def pair_harmony(one: Lab, other: Lab) -> float:
    """Return how well two colours go together, 0-1; the same for both orders."""
    light_one, chroma_one, hue_one = oklch(one)
    light_other, chroma_other, hue_other = oklch(other)
    apart = abs((hue_one - hue_other + 180) % 360 - 180)
    hue = max(
        _bell(apart, 25), 0.9 * _bell(apart - 180, 30), 0.75 * _bell(apart - 120, 25), 0.8 * _bell(apart - 60, 20), 0.45
    )
    weakest = min(chroma_one, chroma_other)
    mildness = 1.0 if weakest < NEUTRAL else 0.25 * exp(-weakest / 0.08)
    contrast = 0.8 + 0.2 * min(1.0, abs(light_one - light_other) / 0.35)
    return contrast * (mildness + (1 - mildness) * hue)


def harmony(colours: Sequence[Lab]) -> float:
    """Return the mean over all pairs, 0-1; 1 for fewer than two colours."""
    pairs = [pair_harmony(one, other) for one, other in combinations(colours, 2)]
    return sum(pairs) / len(pairs) if pairs else 1.0


def _bell(distance: float, width: float) -> float:
    return exp(-((distance / width) ** 2) / 2)
