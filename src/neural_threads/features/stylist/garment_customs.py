"""Say whether a garment may be worn to an occasion, by what it is usually worn for; then what there is to wear.

The measure is the same by which outfits are composed (`fitness.py`), so that nobody is advised against what is then proposed.
"""

from typing import Final

import msgspec

from neural_threads.features.wardrobe.shapes import WardrobeCategory

from .colour_customs import counts_at
from .deciding import Decision
from .fitness import LEAST, OutfitRequirements, fitness
from .garments import GROUPS, category_of, garment_of
from .outfit_answers import answer_outfit, clear_occasions
from .phrases import say, value_name
from .shapes import Catalogue, LanguageCode, OwnedItem, Segment, TextSegment, Turn

_WELL: Final = 0.5
"""From this fitness on a garment is at home at an occasion; below LEAST it is never proposed."""
_ABOUT_COLOUR: Final = ("work_calm", "work_bright", "easy", "mourning_quiet")
"""Sentences on what counts that speak of colours; of each there is one that does not."""


def garment_fits(kind: str, occasion: str) -> str:
    """Return "yes", "maybe" or "no" for a garment of which nothing but its kind is known."""
    wish = OutfitRequirements(occasions=(occasion,))
    fits = (
        fitness(garment_of(_typical(each)), wish)
        for each in {kind, *GROUPS.get(kind, ())}
        if category_of(each) is not None
    )
    best = max(fits, default=_WELL)
    return "yes" if best >= _WELL else "maybe" if best >= LEAST else "no"


async def answer_garment_custom(
    turn: Turn, decision: Decision, language: LanguageCode, catalogue: Catalogue
) -> list[Segment]:
    """Return whether the garment may be worn and what counts, and outfits with or without it."""
    kind = decision.said.values["garments"][0]
    occasion = clear_occasions(decision.said.values["occasions"])[0]
    verdict, reason = garment_fits(kind, occasion), counts_at(occasion)
    names = {"for": say(language, f"for.{occasion}"), "garment": _named(kind, language)}
    reason = f"{reason}_garment" if reason in _ABOUT_COLOUR else reason
    words = f"{say(language, f'may.garment_{verdict}', **names)} {say(language, f'may.{reason}')}"
    told: list[Segment] = [TextSegment(text=words)]
    if not turn.wardrobe:
        return told
    wanted = decision if verdict == "yes" else _without(decision, kind)
    return [*told, *await answer_outfit(turn, wanted, language, catalogue)]


def _named(kind: str, language: LanguageCode) -> str:
    """Return the garment's name; in English with its article."""
    name = value_name(language, "garment", kind)
    if language != "en" or (name.endswith("s") and name != "dress") or name.endswith(("wear", "jewellery")):
        return name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _without(decision: Decision, kind: str) -> Decision:
    said = decision.said
    values = {name: listed for name, listed in said.values.items() if name != "garments"}
    unwanted = said.unwanted | {"garments": {*said.unwanted.get("garments", ()), kind}}
    return msgspec.structs.replace(
        decision, said=msgspec.structs.replace(said, values=values, unwanted=unwanted, items=())
    )


def _typical(kind: str) -> OwnedItem:
    return OwnedItem(id=kind, name=kind.replace("_", " "), category=category_of(kind) or WardrobeCategory.DRESS)
