"""Answer what to wear: outfits from the wardrobe with their reasons, what is missing, and a design for it."""

import msgspec

from neural_threads.features.wardrobe.shapes import WardrobeCategory
from neural_threads.features.wardrobe.shapes import label as said_category
from neural_threads.platform.colour.palette import colour_label
from neural_threads.platform.i18n import use_language

from .asked_for import is_for_somebody_else
from .company import asked_kinds, coloured_garments, fixed_garments, fixed_items
from .deciding import Decision, assistant_texts
from .fitness import OutfitRequirements
from .follow_ups import shown_before
from .gap_offers import FEASTS, offer_for_gap
from .garments import Garment, garment_of, is_near_colour, replaces
from .outfit_reasons import why
from .outfits import Outfit, compose, is_seen
from .phrases import can_say, listed, say, value_name
from .shapes import Catalogue, LanguageCode, OutfitSegment, OwnedItem, Segment, StyledItem, TextSegment, Turn
from .understanding import Understood
from .wearers import is_kind_for, wearer_of

_VENUES = frozenset(
    {
        "office",
        "college",
        "temple",
        "party",
        "dinner",
        "movie",
        "function",
        "travel",
        "casual",
        "presentation",
        "meeting",
    }
)
_VAGUE = ("function", "casual", "movie", "travel")


async def answer_outfit(turn: Turn, decision: Decision, language: LanguageCode, catalogue: Catalogue) -> list[Segment]:
    """Return outfits for what is wished; honest words where the wardrobe cannot fulfil it."""
    if not turn.wardrobe:
        return [TextSegment(text=say(language, "outfit.empty"))]
    garments = [garment_of(item) for item in turn.wardrobe]
    wearer, is_lent = wearer_of(turn.profile, decision), is_for_somebody_else(decision.said)
    lendable = [one for one in garments if not is_lent or is_kind_for(one.kind, wearer)]
    wish = requirements_of(turn, decision)
    outfits = compose(lendable, wish)
    if not outfits and len(wish.occasions) > 1:  # Nothing serves both a run and a breakfast: dress for the first.
        wish = msgspec.structs.replace(wish, occasions=wish.occasions[:1])
        outfits = compose(lendable, wish)
    if not outfits:
        text = " ".join(
            [say(language, "outfit.none"), *_asked_for(garments, decision, language), *_weather_words(wish, language)]
        )
        return [TextSegment(text=text), *await offer_for_gap((), wish.occasions, turn, wearer, catalogue, language)]
    segments: list[Segment] = []
    for number, outfit in enumerate(outfits):
        segments += told_outfit(outfit, wish, language, number)
    before, behind = _choice(outfits[0], decision, language), _asked_for(garments, decision, language)
    if is_seen(outfits[0], wish):
        before = [say(language, "outfit.again"), *before]
    if is_lent:
        before = [say(language, "outfit.lend"), *before]
    segments[0] = TextSegment(text=" ".join([*before, _intro(outfits[0], wish, language, 0), *behind]))
    if {"bottom", "top"} & set(outfits[0].missing):
        segments += await offer_for_gap(outfits[0].missing, wish.occasions, turn, wearer, catalogue, language)
    return segments


def requirements_of(turn: Turn, decision: Decision) -> OutfitRequirements:
    """Return what the message wishes, completed by what the same topic said before."""
    result = decision.said
    earlier = decision.earlier if decision.is_follow_up or not result.has("occasions") else ()
    everything = (*earlier, result)
    occasions = result.values.get("occasions") or next(
        (one.values["occasions"] for one in reversed(earlier) if one.has("occasions")), []
    )
    weather = {value for one in everything for value in one.values.get("weather", [])}
    named = result.values.get("garments", [])
    unwanted = {value for one in everything for value in one.unwanted.get("garments", ())} - set(
        result.values.get("garments", [])
    )
    is_full = result.has("modifiers", "full_set")
    matching = _matched(turn, decision)
    if any(one.has("modifiers", "flat") for one in everything):
        unwanted.add("heels")
    return OutfitRequirements(
        occasions=tuple(clear_occasions(occasions)),
        weather=frozenset(weather),
        garments=frozenset(
            value for value in named if not is_full or value not in ("shoes", "bag", "accessories", "jewellery")
        )
        - unwanted,
        colours=frozenset(result.values.get("colours", [])),
        unwanted=frozenset(unwanted | _unwanted_niches(result)),
        unwanted_colours=frozenset(value for one in everything for value in one.unwanted.get("colours", ())),
        unwanted_styles=frozenset({"office"}) if "FORMAL" in result.unwanted.get("niches", ()) else frozenset(),
        is_plain=result.has("modifiers", "decent")
        or "grand" in result.unwanted.get("modifiers", ())
        or "BRIDAL" in result.unwanted.get("niches", ()),
        is_grand=result.has("modifiers", "grand"),
        is_own=any(one.has("modifiers", "own") for one in everything)
        or (result.has("niches", "BRIDAL") and not result.has("people")),
        seen=_seen(turn, result),
        fixed=fixed_items(turn.wardrobe, matching) if matching else (),
        asked=frozenset(asked_kinds(matching) if matching is result else named) if matching else frozenset(),
        refused=frozenset(id for one in everything for id in one.unwanted_items),
        image_colours=turn.image.colors if turn.image else (),
        body_shape=turn.profile.body_shape,
        now=turn.now,
    )


def _matched(turn: Turn, decision: Decision) -> Understood | None:
    """Return the message that says what others are to go with: this one, or the one that it goes on from."""
    said = decision.said
    if fixed_garments(said):
        return said
    before = next((one for one in reversed(decision.earlier) if one.has("garments") or one.has("occasions")), None)
    if not decision.is_follow_up or before is None or said.has("occasions") or said.unwanted_items:
        return None
    fixed = [spot.value for spot in fixed_garments(before)]
    named = [*said.values.get("garments", []), *said.unwanted.get("garments", ())]
    return None if any(kind in fixed or replaces(kind, one) for kind in named for one in fixed) else before


def _unwanted_niches(result: Understood) -> set[str]:
    return {
        {"ETHNIC": "ethnic", "WESTERN": "western"}[niche]
        for niche in result.unwanted.get("niches", ())
        if niche in ("ETHNIC", "WESTERN")
    }


def _seen(turn: Turn, result: Understood) -> frozenset[str]:
    """Return the ids of items in our earlier outfits, when something else is asked for."""
    if not result.has("modifiers", "another"):
        return frozenset()
    before, shown = " ".join(assistant_texts(turn)[:1]).lower(), shown_before(turn)
    return frozenset(
        item.id for item in turn.wardrobe if item.id in shown or (item.name and item.name.lower() in before)
    )


def clear_occasions(occasions: list[str]) -> list[str]:
    """Drop what only says where or how: in "Diwali party at the office" Diwali decides; "campus interview" is an interview."""
    rows = list(dict.fromkeys(occasions))
    if FEASTS & set(rows):
        rows = [one for one in rows if one not in _VENUES or (one == "temple" and "wedding" not in rows)]
    if {"beach", "trek", "gym"} & set(rows):  # A party on the beach is dressed for the beach.
        rows = [one for one in rows if one not in ("party", "dinner", "birthday")]
    if {"interview", "convocation", "farewell", "gym", "trek", "beach", "funeral", "in_laws"} & set(rows):
        rows = [one for one in rows if one not in ("college", "office", *_VAGUE)]
    return [one for one in rows if one not in _VAGUE or len(rows) == 1] or rows[:1]


def told_outfit(outfit: Outfit, wish: OutfitRequirements, language: LanguageCode, number: int) -> list[Segment]:
    """Return the words before an outfit and the outfit."""
    purpose = _purpose(wish, language)
    return [
        TextSegment(text=_intro(outfit, wish, language, number)),
        OutfitSegment(
            title=say(language, "outfit.title", **{"for": purpose}) if purpose else say(language, "outfit.title_any"),
            items=tuple(_styled(garment.item, language) for garment in outfit.garments),
            why=why(outfit, wish, language, is_first=number == 0),
            missing=tuple(say(language, f"missing.label.{name}") for name in outfit.missing),
            score=outfit.score,
            reasons=outfit.parts,
        ),
    ]


def _intro(outfit: Outfit, wish: OutfitRequirements, language: LanguageCode, number: int) -> str:
    """Return the sentence that names the items; of the first outfit also what it lacks."""
    purpose = _purpose(wish, language)
    items = listed(_with_colour(garment, language) for garment in outfit.garments)
    if number:
        return say(language, "outfit.second", items=items)
    if {"bottom", "top"} & set(outfit.missing):
        key = "outfit.partly"
    else:
        key = "outfit.intro" if purpose else "outfit.intro_any"
    lacking = [say(language, f"missing.{name}") for name in outfit.missing]
    return " ".join([say(language, key, items=items, **{"for": purpose}), *lacking])


def _purpose(wish: OutfitRequirements, language: LanguageCode) -> str:
    """Return "For the wedding" for the first occasion that has such words; "" when none has."""
    keys = (f"for.{occasion}" for occasion in wish.occasions)
    return next((say(language, key) for key in keys if can_say(language, key)), "")


def _styled(item: OwnedItem, language: LanguageCode) -> StyledItem:
    return StyledItem(
        id=item.id,
        name=name_of(item, language),
        category=item.category,
        color=item.color,
        image_url=item.image_url,
        cutout_url=item.cutout_url,
    )


def name_of(item: OwnedItem, language: LanguageCode) -> str:
    """Return an item's own name; of one without a name its colour and kind in the reader's language."""
    if item.name:
        return item.name
    with use_language(language):
        kind = str(said_category(item.category))
        return f"{colour_label(item.color)} · {kind}" if item.color else kind


def _with_colour(garment: Garment, language: LanguageCode) -> str:
    """Return the name with its colour behind it, unless the name says it."""
    name = name_of(garment.item, language)
    colour = garment.item.color
    if not colour or all(word in name.lower() for word in colour.lower().split()):
        return name
    return (
        f"{name} ({value_name(language, 'colour', garment.colour) if garment.colour and language != 'en' else colour})"
    )


def _choice(outfit: Outfit, decision: Decision, language: LanguageCode) -> list[str]:
    """Return the answer to "this or that?": which of the garments named the outfit has."""
    named = decision.said.values.get("garments", [])
    # "Which blouse goes with my saree?" is no choice between the two.
    are_joined = decision.said.has("cues", "together") or "with" in decision.said.words or decision.said.asked_garments
    if len(named) != 2 or are_joined or fixed_garments(decision.said) or decision.said.has("modifiers", "full_set"):
        return []
    worn = next((value for value in named if any(garment.is_of(value) for garment in outfit.garments)), None)
    if worn is None:
        return []
    garments = listed(value_name(language, "garment", value) for value in named)
    return [say(language, "outfit.choose", garments=garments, garment=value_name(language, "garment", worn))]


def _asked_for(garments: list[Garment], decision: Decision, language: LanguageCode) -> list[str]:
    """Return what is to be said of garments that were named and are not there."""
    named = [
        value
        for value in decision.said.values.get("garments", [])
        if value not in ("formals", "tops", "bottoms", "accessories", "western", "ethnic")
        and not (value == "dress" and _means_clothes(decision.said))
    ]
    lacking = [value for value in named if not any(garment.is_of(value) for garment in garments)]
    sentences = [
        say(
            language,
            "outfit.nothing_own_colour",
            garment=value_name(language, "garment", kind),
            colour=value_name(language, "colour", colour),
        )
        for colour, kind in coloured_garments(decision.said)
        if kind not in lacking and not any(g.is_of(kind) and is_near_colour(g.colour, (colour,)) for g in garments)
    ]
    if lacking:
        names = listed(value_name(language, "garment", value) for value in lacking)
        sentences.append(say(language, "outfit.nothing_own", garment=names))
    return sentences


def _means_clothes(result: Understood) -> bool:
    """Return True where "dress" is any clothes, as in "which dress to wear", not "my blue dress"."""
    dresses = [match for match in result.matches if match.kind == "garments" and match.value == "dress"]
    owned = {"my", "a", "the", "that", "this"} | {m.form for m in result.matches if m.kind in ("colours", "fabrics")}
    return not any(set(result.words[max(0, match.start - 1) : match.start]) & owned for match in dresses)


def _weather_words(wish: OutfitRequirements, language: LanguageCode) -> list[str]:
    if wish.weather & {"cold", "snow"}:
        return [say(language, "missing.warm")]
    return [say(language, "missing.raincoat")] if "rain" in wish.weather else []


def image_segments(turn: Turn, language: LanguageCode) -> list[Segment]:
    """Return what an image shows, which items are like it, and that it can be added."""
    image = turn.image
    assert image is not None
    with use_language(language):
        kind = str(said_category(image.category)) if image.category else ""
        colours = [colour_label(colour) for colour in image.colors[:2]]
    what = listed(part for part in (*colours, kind) if part)
    if not what:
        return []
    alike = [item for item in turn.wardrobe if _is_like(item, image.category, image.colors)]
    sentences = [say(language, "image.read", what=what)]
    if alike:
        sentences.append(say(language, "image.like", items=listed(name_of(item, language) for item in alike[:3])))
    return [TextSegment(text=" ".join([*sentences, say(language, "image.add")]))]


def _is_like(item: OwnedItem, category: WardrobeCategory | None, colours: tuple[str, ...]) -> bool:
    return (category is None or item.category is category) and bool(set(colours[:1]) & {item.color, *item.colors[:1]})
