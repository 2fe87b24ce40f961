"""The form for new wardrobe items: one draft per image, or files with shared details without scripts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from litestar.datastructures import UploadFile
from msgspec import UNSET

from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.portfolio.shapes import label as said_occasion
from neural_threads.features.wardrobe.shapes import (
    MOST_COLORS,
    Facts,
    ItemChange,
    Pattern,
    Price,
    WardrobeCategory,
    WardrobeItem,
    label,
    pattern_label,
)
from neural_threads.platform.colour.palette import colour_label as said_colour
from neural_threads.platform.colour.palette import parse_colour
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.types import Incoming

IMAGES = "pictures"
TOLD = ("category", "subcategory", "color", "brand", "name")
LEAVE_OUT = "leaveOut"


@dataclass
class Draft:
    """A piece to be: its picture, if it is here already, and what was typed of it."""

    picture: str | None = None
    typed: dict[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> PrivateImage:
        """Its image, as its owner may see it."""
        return PrivateImage((self.picture or "").partition("?")[0])

    def facts(self) -> Facts | None:
        """Return what is told; None, with `wrong` filled in, when that cannot be."""
        try:
            return facts_of(self.typed)
        except Invalid as invalid:
            self.wrong = invalid.fields
            return None


def read_drafts(form: Iterable[tuple[str, Any]]) -> tuple[list[Draft], list[UploadFile], Draft]:
    """The items whose images were sent before, the files that come along, and what is told of these.

    Forms keep the order of each name alone: the first of every field is told of the first image, and so on. What is told
    beyond the images is for the files. A field that is not sent is empty.
    """
    values: dict[str, list[Any]] = defaultdict(list)
    for name, value in form:
        values[name].append(value or "")
    images = [value for value in values[IMAGES] if isinstance(value, str) and value]
    files = [value for value in values[IMAGES] if isinstance(value, UploadFile) and value.filename]
    told = zip_longest(*(values[name] for name in TOLD), fillvalue="")
    result = [dict(zip(TOLD, map(str, one), strict=True)) for one in told]
    result += [{}] * (len(images) + 1 - len(result))
    drafts = [Draft(image, one) for image, one in zip(images, result, strict=False) if image not in values[LEAVE_OUT]]
    return drafts, files, Draft(typed=result[len(images)])


def facts_of(form: Mapping[str, str], before: WardrobeItem | None = None) -> Facts:
    """Return what is told of an item. A colour may be called as the reader's language calls it; untouched, it stays what it was."""
    colour = form.get("color", "")
    if before and before.color and colour == said_colour(before.color):
        colour = before.color
    return decode_form({**form, "color": parse_colour(colour)}, Facts)


def change_of(form: Mapping[str, str], before: WardrobeItem) -> ItemChange:
    """Return what the form of one item changes; what is left empty is known no longer."""
    details = facts_of({name: form.get(name, "") for name in TOLD}, before)
    known = {name: getattr(details, name) for name in Facts.__struct_fields__}
    more = decode_form({name: form.get(name, "") for name in ("pattern", "price")}, _More)
    result = form.get("colors")
    is_same = result is None or result == typed_of(before)["colors"]
    colors = UNSET if is_same else [parse_colour(one) for one in (result or "").split(",") if one.strip()]
    if "\0" in (result or ""):
        raise Invalid(fields={"colors": _("This contains a character that is not allowed. Please remove it.")})
    if colors is not UNSET and len(colors) > MOST_COLORS:
        raise Invalid(fields={"colors": _("At most three colours.")})
    return ItemChange(**known, pattern=more.pattern, price=more.price, colors=colors)


class _More(Incoming, frozen=True, kw_only=True):
    pattern: Pattern | None = None
    price: Price | None = None


def typed_of(item: WardrobeItem) -> dict[str, str]:
    """An item as its form shows it."""
    return {
        "category": item.category,
        "subcategory": item.subcategory or "",
        "color": said_colour(item.color) if item.color else "",
        "brand": item.brand or "",
        "name": item.name or "",
        "pattern": item.pattern or "",
        "colors": ", ".join(said_colour(color.name) for color in item.colors or []),
        "price": f"{item.price:f}".removesuffix(".00") if item.price is not None else "",
    }


def choices() -> dict[str, Any]:
    """Return what the fields of a piece offer."""
    return {
        "categories": [(one, label(one)) for one in WardrobeCategory],
        "patterns": [(one, pattern_label(one)) for one in Pattern],
        "pattern_label": pattern_label,
        "occasions": [(one, said_occasion(one)) for one in PortfolioCategory],
        "said_kind": label,
        "said": said_occasion,
        "said_colour": said_colour,
    }
