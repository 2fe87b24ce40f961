"""Advice on colours, fit and care from rules.

Sources, each looked up in November 2026: colour pairs by the harmony of `platform/colour/harmony.py`. Lines that run up and down lengthen,
lines around widen: Hartman, "Instructive Costume Design" (University of Wisconsin, Human Ecology Collection, p. 26) and Wells, "Dress and
Look Slender" (1924). Storing clean, in cotton or acid-free tissue, with few folds: Canadian Conservation Institute, Notes 13/2 (Flat Storage for
Textiles); mould, moving air and dryness: Notes 13/15 (Mould Growth on Textiles); what a fabric stands at most: ISO 3758 (care symbols).

House rules, common in tailoring and at home, for which we found no source to name: cuts by figure (A-line, necklines, sleeves), colours by
skin tone, vinegar on mildew, baking soda against smells, salt for the first wash of cotton, rice water as starch, neem leaves and cloves against
insects. No skin tone and no figure is called better than another.
"""

from typing import Final

from neural_threads.platform.colour.harmony import pair_harmony
from neural_threads.platform.colour.oklab import oklab_of
from neural_threads.platform.colour.palette import PALETTE

from .deciding import Decision
from .garments import garment_of, replaces
from .lexicon import words_set
from .measurements import shape_in
from .outfit_answers import name_of
from .phrases import can_say, listed, say, value_name
from .shapes import LanguageCode, Turn
from .understanding import Understood

_WITH: Final[dict[str, tuple[str, ...]]] = {
    "white": ("navy", "red", "blue", "green", "mustard"), "ivory": ("maroon", "green", "gold", "navy"), "cream": ("maroon", "green", "navy", "brown"),
    "beige": ("navy", "white", "maroon", "olive"), "grey": ("pink", "navy", "white", "yellow"), "charcoal": ("white", "pink", "mustard", "blue"),
    "black": ("white", "gold", "red", "beige"), "red": ("white", "black", "gold", "navy", "beige"), "maroon": ("gold", "cream", "beige", "pink", "teal"),
    "pink": ("grey", "navy", "white", "green", "gold"), "orange": ("navy", "white", "teal", "beige"), "yellow": ("white", "navy", "grey", "green"),
    "mustard": ("white", "navy", "maroon", "teal", "olive"), "gold": ("maroon", "green", "navy", "black"), "silver": ("navy", "black", "pink", "purple"),
    "brown": ("cream", "blue", "mustard", "white"), "green": ("gold", "white", "pink", "beige", "mustard"), "olive": ("white", "beige", "mustard", "maroon"),
    "blue": ("white", "beige", "mustard", "orange", "silver"), "navy": ("white", "beige", "mustard", "pink", "gold"), "teal": ("gold", "cream", "mustard", "pink"),
    "purple": ("gold", "silver", "white", "pink"), "pastel": ("white", "beige", "grey", "navy"),
}  # fmt: skip
_FOR_LEATHER: Final = ("brown", "gold", "black", "beige")
_LEATHER: Final = frozenset({"bag", "shoes", "heels", "sandals", "juttis", "formal_shoes", "boots", "belt"})
_JEWELS: Final = ("gold", "silver", "green", "red")


def answer_colour(turn: Turn, decision: Decision, language: LanguageCode) -> str:
    """Return advice on the colours that were named now, or before when the message continues."""
    result = decision.said
    unwanted = result.unwanted.get("colours", set())
    named = result.values.get("colours", [])
    if result.has("shapes", "skin"):
        target = [*named, *sorted(unwanted)]
        myth = [say(language, "colour.myth", a=value_name(language, "colour", target[0]))] if target else []
        return " ".join([*myth, say(language, "colour.skin")])
    if len(named) >= 2:
        return " ".join(
            [
                _pair(named[0], named[1], language),
                _with(named[0], unwanted, language),
                *_own(turn, named, result.values.get("garments", []), language),
            ]
        )
    garments = _asked_last(result)
    base = (
        named
        or sorted(unwanted)
        or colours_of_items(turn, result)
        or next((one.values["colours"] for one in reversed(decision.earlier) if one.has("colours")), [])
    )
    query = colours_for(garments, base, unwanted)
    if base and _is_question_of_one(decision) and not garments:
        return " ".join(
            [
                say(language, "colour.myth", a=value_name(language, "colour", base[0])),
                _with(base[0], unwanted, language),
            ]
        )
    if garments and query and (not base or garments[-1] in _LEATHER | {"jewellery", "dupatta", "blouse", "stole"}):
        text = say(
            language,
            "colour.item",
            garment=value_name(language, "garment", garments[-1]),
            list=listed(value_name(language, "colour", c) for c in query),
        )
        return " ".join([text, *([_with(base[0], unwanted, language)] if base else [say(language, "colour.general")])])
    if base:
        return " ".join([_with(base[0], unwanted, language), *_own(turn, base, garments, language)])
    return say(language, "colour.general")


def colours_of_items(turn: Turn, result: Understood) -> list[str]:
    """Return the colours of the pieces that are called by their names."""
    ids = {id for item in result.items for id in item.ids}
    return [colour for item in turn.wardrobe if item.id in ids and (colour := garment_of(item).colour)]


def _asked_last(result: Understood) -> list[str]:
    """Return the garments that were named, the one whose colour is asked for at the end."""
    garments, asked = result.values.get("garments", []), result.asked_garments
    if len(garments) == 1 and not asked and result.has("cues", "together", "wear") and not result.has("cues", "colour"):
        return []  # "What goes with this dupatta" asks for no colour of the dupatta.
    return [*(value for value in garments if value not in asked), *(value for value in garments if value in asked)]


def _is_question_of_one(decision: Decision) -> bool:
    """Return True for "will yellow suit me", False for "what goes with yellow"."""
    return not decision.said.has("cues", "together") and not decision.said.has("cues", "colour")


def colours_for(garments: list[str], base: list[str], unwanted: set[str]) -> list[str]:
    """Return the colours for the last of these garments beside a colour; none when no garment is named."""
    if not garments:
        return []
    if garments[-1] in _LEATHER:
        choices: tuple[str, ...] = _FOR_LEATHER
    elif garments[-1] == "jewellery":
        choices = _JEWELS
    else:
        choices = _WITH.get(base[0], ()) if base else ("white", "navy", "beige", "maroon")
    return [colour for colour in choices if colour not in unwanted]


def _with(colour: str, unwanted: set[str], language: LanguageCode) -> str:
    names = listed(
        value_name(language, "colour", other)
        for other in _WITH.get(colour, ("white", "navy", "beige"))
        if other not in unwanted
    )
    return say(language, "colour.with", a=value_name(language, "colour", colour), list=names)


def _pair(one: str, other: str, language: LanguageCode) -> str:
    names = {"a": value_name(language, "colour", one), "b": value_name(language, "colour", other)}
    if one == other:
        return say(language, "colour.same", **names)
    score = pair_harmony(*(oklab_of(PALETTE[name][0] if name in PALETTE else "#d8c8e0") for name in (one, other)))
    return say(
        language, "colour.pair_good" if score >= 0.6 or other in _WITH.get(one, ()) else "colour.pair_bold", **names
    )


def _own(turn: Turn, named: list[str], garments: list[str], language: LanguageCode) -> list[str]:
    """Return what the wardrobe has in colours that go with these, and can be worn with these kinds of garments."""
    liked = {colour for name in named[:1] for colour in _WITH.get(name, ())}
    owned = [garment_of(item) for item in turn.wardrobe]
    fitting = [
        one.item
        for one in owned
        if one.colour in liked
        and one.style != "sport"
        and not one.is_worn_out
        and not any(replaces(one.kind, kind) for kind in garments)
    ]
    return (
        [say(language, "colour.own", items=listed(name_of(item, language) for item in fitting[:3]))] if fitting else []
    )


_GOALS: Final = ("short", "tall", "slim", "neck")


def answer_body(turn: Turn, decision: Decision, language: LanguageCode) -> str:
    """Return advice on fit: for what was asked; the profile's shape only when the question leaves it open."""
    result = decision.said
    shapes = [shape for shape in result.values.get("shapes", []) if shape != "skin"]
    if "PEAR" in shapes or "APPLE" in shapes or "INVERTED_TRIANGLE" in shapes:
        shapes = [shape for shape in shapes if shape not in ("RECTANGLE", "slim")] if len(shapes) > 1 else shapes
    if not shapes:
        earlier = next((one.values["shapes"] for one in reversed(decision.earlier) if one.has("shapes")), None)
        shapes = earlier or ([turn.profile.body_shape.value] if turn.profile.body_shape else [])
    parts = [say(language, f"body.{shape}") for shape in shapes[:2] if can_say(language, f"body.{shape}")]
    if _asks_for_shape(result.text, result.words) and shapes and can_say(language, f"shape.{shapes[0]}"):
        parts.insert(0, say(language, "body.shape", shape=say(language, f"shape.{shapes[0]}")))
    parts += [say(language, "body.general")] if len(parts) < 2 else []
    garments = list(
        dict.fromkeys(
            value for value in result.values.get("garments", []) if value not in result.unwanted.get("garments", ())
        )
    )
    if garments:
        names = listed(value_name(language, "garment", value) for value in garments)
        parts.append(
            say(language, "body.choice" if len(garments) > 1 else "body.garment", garments=names, garment=names)
        )
    return " ".join(parts)


_SHAPE_WORDS: Final = words_set("shape type figure शेप टाइप फिगर आकार ಶೇಪ್ ಆಕಾರ ಟೈಪ್ ಫಿಗರ್ ஷேப் வடிவம் டைப் ஃபிகர் షేప్ ఆకారం టైప్ ఫిగర్")


def _asks_for_shape(text: str, words: list[str]) -> bool:
    """Return True when somebody asks which shape they have, or gives measurements."""
    return shape_in(text) is not None or bool(
        _SHAPE_WORDS & set(words)
        and {"whats", "what", "which", "kya", "kaunsa", "yav", "yava", "enna", "endha", "entha", "emi", "enti"}
        & set(words)
    )


_CARE_ORDER: Final = ("mildew", "stain", "smell", "starch", "iron", "store", "polish", "pilling", "dry", "wash")


def answer_care(decision: Decision, language: LanguageCode) -> str:
    """Return advice on care: the trouble first, then what the fabric asks for."""
    result = decision.said
    kinds = [kind for kind in _CARE_ORDER if kind in result.values.get("care", [])] or ["wash"]
    if kinds[0] in ("stain", "mildew", "smell") and "wash" in kinds:
        kinds = [kind for kind in kinds if kind != "wash"]
    fabrics = result.values.get("fabrics") or next(
        (one.values["fabrics"] for one in reversed(decision.earlier) if one.has("fabrics")), []
    )
    if not fabrics:
        implied = {
            "saree": "silk",
            "jeans": "denim",
            "sweater": "wool",
            "lehenga": "embroidered",
            "sherwani": "embroidered",
            "shoes": "leather",
            "bag": "leather",
        }
        fabrics = [implied[value] for value in result.values.get("garments", []) if value in implied][:1]
    known = [fabric for fabric in fabrics if can_say(language, f"care.{fabric}")]
    return " ".join(
        [say(language, f"care.{kind}") for kind in kinds[:2]]
        + [say(language, f"care.{fabric}") for fabric in known[:2]]
    )
