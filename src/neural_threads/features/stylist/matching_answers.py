"""Answer what goes with something where it, or what is asked for, is not in the wardrobe: the colours to look for."""

from collections.abc import Sequence

from .company import asked_kinds, fixed_garments, fixed_items
from .deciding import Decision
from .garments import Garment, garment_of
from .outfit_answers import name_of, requirements_of, told_outfit
from .outfits import MAIN, compose
from .phrases import listed, say, value_name
from .rule_answers import answer_colour, colours_for
from .shapes import LanguageCode, OutfitSegment, Segment, TextSegment, Turn


def lacks_what_is_named(turn: Turn, decision: Decision) -> bool:
    """Return True when others are to go with a garment of which the asker has none."""
    said = decision.said
    if said.has("occasions") or not turn.wardrobe or not fixed_garments(said) or fixed_items(turn.wardrobe, said):
        return False
    return bool(asked_kinds(said)) or (said.has("cues", "together") and not said.unwanted and not decision.is_follow_up)


def answer_without(turn: Turn, decision: Decision, language: LanguageCode) -> list[Segment]:
    """Return that there is none, the rule of colours, and what there is of what was asked for."""
    asked = asked_kinds(decision.said)
    names = listed(value_name(language, "garment", spot.value) for spot in fixed_garments(decision.said))
    owned = [one for one in map(garment_of, turn.wardrobe) if any(one.is_of(kind) for kind in asked)]
    text = [say(language, "outfit.nothing_own", garment=names), answer_colour(turn, decision, language)]
    if owned:
        text.append(say(language, "have.instead", items=listed(name_of(one.item, language) for one in owned[:4])))
    return [TextSegment(text=" ".join(text)), *_alone(owned, turn, decision, language)]


def _alone(owned: list[Garment], turn: Turn, decision: Decision, language: LanguageCode) -> list[Segment]:
    """Return the tops or bottoms that were asked for, which she would wear with what is not in the wardrobe."""
    wish = requirements_of(turn, decision)
    outfits = compose([one for one in owned if one.role in MAIN], wish)
    told = [each for n, one in enumerate(outfits) for each in told_outfit(one, wish, language, n)]
    return [each for each in told if isinstance(each, OutfitSegment)]


def colour_rule(turn: Turn, decision: Decision, outfits: Sequence[Segment], language: LanguageCode) -> list[Segment]:
    """Return the colours of what is to go with a fixed piece, where what was asked for, or anything at all, is not there."""
    fixed = {id for ids in fixed_items(turn.wardrobe, decision.said) for id in ids}
    if not fixed:
        return []
    asked = asked_kinds(decision.said)
    shown = {item.id for each in outfits if isinstance(each, OutfitSegment) for item in each.items}
    if not asked and shown and shown <= fixed:
        return [TextSegment(text=answer_colour(turn, decision, language))]
    garments = [garment_of(item) for item in turn.wardrobe]
    base = [one.colour for one in garments if one.item.id in fixed and one.colour]
    return [
        TextSegment(
            text=say(
                language,
                "colour.item",
                garment=value_name(language, "garment", kind),
                list=listed(value_name(language, "colour", colour) for colour in colours_for([kind], base, set())),
            )
        )
        for kind in asked
        if not any(one.is_of(kind) for one in garments)
    ]
