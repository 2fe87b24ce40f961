"""Suggest the occasion of an item from its kind, pattern and colours; its owner confirms it."""

from math import hypot

from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.platform.colour.oklab import oklab_of

from .shapes import ItemColor, Pattern, WardrobeCategory

QUIET = 0.06
"""The OKLab chroma below which a colour is one for the office."""
DARK = 0.45


def suggested_occasion(
    category: WardrobeCategory | None, pattern: Pattern | None, colors: list[ItemColor]
) -> PortfolioCategory | None:
    """Return the occasion that kind, pattern and main colour speak for; None when they speak for none."""
    main = next((color.hex for color in colors if color.hex), None)
    if category is None or main is None:
        return None
    lightness, *hue = oklab_of(main)
    is_quiet = hypot(*hue) < QUIET
    if category is WardrobeCategory.DRESS:
        return PortfolioCategory.ETHNIC if pattern is Pattern.PRINT or len(colors) > 1 else PortfolioCategory.WESTERN
    if pattern in (Pattern.PLAIN, Pattern.STRIPES) and (is_quiet or lightness < DARK):
        return PortfolioCategory.FORMAL
    return PortfolioCategory.ETHNIC if pattern is Pattern.PRINT else PortfolioCategory.CASUAL
