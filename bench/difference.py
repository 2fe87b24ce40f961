"""The perceived difference of two colours: CIEDE2000.

G. Sharma, W. Wu, E. Dalal, "The CIEDE2000 Color-Difference Formula: Implementation Notes, Supplementary Test Data, and
Mathematical Observations", Color Research & Application 30 (2005). sRGB, D65.
"""

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

Cielab = tuple[float, float, float]


def delta_e_2000(first: str, second: str) -> float:
    """Return the difference of two colours, each "#rrggbb"; 1 is about what one just sees."""
    return difference(lab_of(first), lab_of(second))


def difference(one: Cielab, other: Cielab) -> float:
    """Return the difference of two CIELAB colours."""
    l1, a1, b1 = one
    l2, a2, b2 = other
    middle = (hypot(a1, b1) + hypot(a2, b2)) / 2
    g = 0.5 * (1 - sqrt(middle**7 / (middle**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = hypot(a1, b1), hypot(a2, b2)
    h1, h2 = degrees(atan2(b1, a1)) % 360, degrees(atan2(b2, a2)) % 360
    step = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dh = 2 * sqrt(c1 * c2) * sin(radians(step / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = h1 + h2 if c1 * c2 == 0 else (h1 + step / 2) % 360
    t = (
        1
        - 0.17 * cos(radians(hm - 30))
        + 0.24 * cos(radians(2 * hm))
        + 0.32 * cos(radians(3 * hm + 6))
        - 0.2 * cos(radians(4 * hm - 63))
    )
    sl = 1 + 0.015 * (lm - 50) ** 2 / sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    turn = -2 * sqrt(cm**7 / (cm**7 + 25**7)) * sin(radians(60 * exp(-(((hm - 275) / 25) ** 2))))
    parts = (l2 - l1) / sl, (c2 - c1) / sc, dh / sh
    return sqrt(sum(part**2 for part in parts) + turn * parts[1] * parts[2])


def lab_of(colour: str) -> Cielab:
    """Return "#rrggbb" in CIELAB (D65)."""
    levels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    r, g, b = (level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels)
    x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883
    fx, fy, fz = (value ** (1 / 3) if value > 216 / 24389 else (841 / 108) * value + 4 / 29 for value in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
