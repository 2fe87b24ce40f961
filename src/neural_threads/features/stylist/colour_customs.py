"""Say whether a colour may be worn to an occasion: what custom asks for, else that there is no rule, and what counts instead.

Customs differ by region, faith and family; these are the common ones, each with what we read about it in November 2026:

- black at Hindu rites, weddings and festivals: Strand of Silk, "Indian Wedding Colours 101" (2016); Nihal Fashions, "What Colors to Avoid at an
  Indian Wedding"; Asianet News Hindi on temples (no black; white, yellow and light colours). The pilgrims of Ayyappa wear black or blue: The Hindu,
  "Sabarimala pilgrimage" (2021).
- white and red at weddings: the same two pages on weddings; white at church weddings: sangeetchoreographer.com on colours of weddings.
- yellow at a haldi: Lashkaraa, "What Do Guests Wear To A Haldi Ceremony?"; white and gold at Onam: Pothys, "Onam Chronicles" (2023); white at Eid:
  OnePath Network, "What to wear for Eid"; white at Holi: Hindustan Times (7 March 2023); green at a baby shower: mamaguide.blogspot.com (2011).
- mourning: Synonym, "What Color Do Hindus Wear to Funerals?"; The Gardens, "What to Wear: Hindu Funerals"; bright colours: DCS, "Indian Funeral".
- interviews: CareerBuilder's survey of 2,099 people who hire (21 November 2013): blue and black named best, orange worst.

House rules without a source: green at a mehendi, red and green at Christmas, white of men at weddings in the South, and what counts where no custom speaks.
"""

from typing import Final, Literal

import msgspec

from .deciding import Decision
from .fitness import LIKED, SOBER
from .garments import garment_of
from .outfit_answers import clear_occasions, name_of, requirements_of
from .outfits import MAIN, compose
from .permission import asks_leave_for_colour, colours_in, occasions_in
from .phrases import listed, say, value_name
from .shapes import LanguageCode, Turn, Wearer
from .understanding import Understood
from .wearers import is_kind_for, wearer_of

_MOST: Final = 2
PALETTE_WORDS: Final = (
    "white", "ivory", "cream", "beige", "grey", "black", "red", "maroon", "pink", "orange", "yellow", "mustard", "gold", "green", "blue", "navy",
    "purple", "brown",
)  # fmt: skip
"""The colours that a list of what is welcome goes through."""
_RITES: Final = frozenset({"puja", "temple", "housewarming", "naming", "baby_shower"})
_FEASTS: Final = frozenset({"wedding", "engagement", "haldi", "mehendi", "diwali", "festival", "onam"})
_WORK: Final = frozenset({"interview", "office", "meeting", "presentation", "court"})
_COUNTS: Final[dict[str, frozenset[str]]] = {
    "work_calm": _WORK,
    "mourning_quiet": frozenset({"funeral"}),
    "rite": _RITES | {"in_laws"},
    "messy": frozenset({"haldi", "holi"}),
    "feast": _FEASTS | {"reception", "sangeet", "eid", "function"},
    "evening": frozenset({"party", "cocktail", "date", "dinner", "birthday", "anniversary", "christmas"}),
    "smart": frozenset({"farewell", "convocation", "photoshoot", "performance"}),
    "easy": frozenset({"college", "movie", "casual", "travel", "gym", "trek", "beach"}),
}
"""What counts at an occasion where custom says nothing of a colour; the first that has it."""
_CUSTOM: Final[dict[str, frozenset[str]]] = LIKED | {
    "baby_shower": frozenset({"green"}),
    "eid": frozenset({"white"}),
    "holi": frozenset({"white"}),
    "temple": frozenset({"white", "cream", "ivory", "yellow"}),
}
_BRIDES: Final = frozenset({"red", "maroon"})
_WEDDINGS: Final = frozenset({"wedding", "engagement"})


class Custom(msgspec.Struct, frozen=True):
    """A verdict on a colour: welcome, better not, or no rule; and the key of the sentence that gives the reason."""

    verdict: Literal["yes", "no", "free"]
    reason: str


def custom_of(colour: str, occasion: str, wearer: Wearer | None = None, *, is_own: bool = False) -> Custom:
    """Return what custom says of a colour at an occasion. `is_own`: the wearer is the one who marries."""
    if occasion == "funeral":
        return _mourning(colour)
    if occasion in _WEDDINGS and is_own and colour in _BRIDES and wearer != "man":
        return Custom("yes", "bride")
    if colour == "black" and occasion in _RITES | _FEASTS:
        return Custom("no", "black_temple" if occasion == "temple" else "black")
    if occasion in _WEDDINGS and colour == "white":
        return Custom("yes", "white_man") if wearer == "man" else Custom("no", "white")
    if occasion == "wedding" and colour == "red" and wearer != "man":
        return Custom("no", "red")
    if occasion == "interview" and colour == "orange":
        return Custom("no", "orange")
    if colour in _CUSTOM.get(occasion, ()):
        return Custom("yes", "custom")
    is_bright = occasion in _WORK and colour not in SOBER | {"blue"}
    return Custom("free", "work_bright" if is_bright else counts_at(occasion))


def counts_at(occasion: str) -> str:
    """Return the key of what counts at an occasion."""
    return next((name for name, places in _COUNTS.items() if occasion in places), "smart")


def _mourning(colour: str) -> Custom:
    if colour in ("white", "black"):
        return Custom("yes", f"mourning_{colour}")
    return Custom("yes", "mourning_quiet") if colour in SOBER else Custom("no", "mourning_bright")


def is_about_custom(decision: Decision) -> bool:
    """Return True for "may I wear black to a mundan", for "and white?" behind it, and for "which colours for a haldi"."""
    return _question(decision) is not None


def answer_custom(turn: Turn, decision: Decision, language: LanguageCode) -> str:
    """Return for each colour that is asked for whether it may be worn, and why; then what of the wardrobe would suit."""
    question = _question(decision)
    assert question is not None
    wearer = wearer_of(turn.profile, decision)
    occasion = clear_occasions(question.values["occasions"])[0]
    is_own = question.has("modifiers", "own")
    colours = question.values.get("colours", [])[:_MOST]
    if not colours:
        every = {colour: custom_of(colour, occasion, wearer, is_own=is_own) for colour in PALETTE_WORDS}
        told = " ".join(_listed(every, occasion, language))
        return " ".join([told, *_own(turn, decision, question, every, wearer, language)])
    customs = {colour: custom_of(colour, occasion, wearer, is_own=is_own) for colour in colours}
    sentences = [_sentence(colour, custom, occasion, language) for colour, custom in customs.items()]
    reasons = dict.fromkeys(say(language, f"may.{custom.reason}") for custom in customs.values())
    skin = [say(language, "colour.skin")] if decision.said.has("shapes", "skin") else []
    return " ".join([*sentences, *reasons, *skin, *_own(turn, decision, question, customs, wearer, language)])


def _question(decision: Decision) -> Understood | None:
    """Return the message that asks for leave: this one, or the newest that this one goes on from with another colour or occasion."""
    said = decision.said
    is_list = said.has("cues", "colour") and occasions_in(said) and not colours_in(said) and not said.has("garments")
    if is_list or asks_leave_for_colour(said):
        return msgspec.structs.replace(
            said, values=said.values | {"occasions": occasions_in(said), "colours": colours_in(said)}
        )
    if not decision.is_follow_up or not _only_changes(said):
        return None
    before = next(
        (one for one in reversed(decision.earlier) if asks_leave_for_colour(one) or not _only_changes(one)), said
    )
    if not asks_leave_for_colour(before):
        return None
    known = {"occasions": occasions_in(before), "colours": colours_in(before)}
    changed = known | {kind: said.values[kind] for kind in ("occasions", "colours") if said.has(kind)}
    return msgspec.structs.replace(before, values=before.values | changed)


def _listed(customs: dict[str, Custom], occasion: str, language: LanguageCode) -> list[str]:
    """Return which colours custom likes at an occasion and which it leaves out; that there is no rule where it says neither."""
    place = say(language, f"for.{occasion}")

    def named(verdict: str) -> str:
        fitting = (colour for colour, custom in customs.items() if custom.verdict == verdict)
        return listed(value_name(language, "colour", colour) for colour in fitting)

    sentences = [
        say(language, f"may.list_{verdict}", **{"for": place, "list": named(verdict)})
        for verdict in ("yes", "no")
        if named(verdict)
    ]
    return [
        *(sentences or [say(language, "may.list_free", **{"for": place})]),
        say(language, f"may.{counts_at(occasion)}"),
    ]


def _only_changes(said: Understood) -> bool:
    """Return True when a message names a colour or an occasion, and nothing that could be another question."""
    is_named = bool(colours_in(said)) or said.has("occasions")
    return is_named and not said.has("garments") and set(said.values.get("cues", ())) <= {"together"}


def _sentence(colour: str, custom: Custom, occasion: str, language: LanguageCode) -> str:
    name = value_name(language, "colour", colour)
    return say(language, f"may.{custom.verdict}", **{"for": say(language, f"for.{occasion}"), "colour": name})


def _own(
    turn: Turn,
    decision: Decision,
    question: Understood,
    customs: dict[str, Custom],
    wearer: Wearer | None,
    language: LanguageCode,
) -> list[str]:
    """Return what of the wardrobe would be worn: in a colour that may be, else without those that may not."""
    forbidden = frozenset(colour for colour, custom in customs.items() if custom.verdict == "no")
    welcome = frozenset(customs) - forbidden
    garments = [one for one in map(garment_of, turn.wardrobe) if is_kind_for(one.kind, wearer)]
    wish = requirements_of(turn, msgspec.structs.replace(decision, said=question, earlier=(), is_follow_up=False))
    wish = msgspec.structs.replace(
        wish, colours=welcome, unwanted_colours=forbidden, unwanted=frozenset(), seen=frozenset()
    )
    worn = [one for outfit in compose(garments, wish, 1) for one in outfit.garments if one.role in MAIN]
    if not worn or (welcome and not any(one.colour in welcome for one in worn)):
        return []
    return [say(language, "may.own", items=listed(name_of(one.item, language) for one in worn))]
