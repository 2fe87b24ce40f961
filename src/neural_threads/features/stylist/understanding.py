"""Find in a message its language, its slots and what it does not want."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import msgspec

from neural_threads.features.accounts.enums import Language, Location, Niche, Skill

from .amounts import budget_in
from .lexicon import Match, clauses_of, index, words_set
from .measurements import height_in, shape_in
from .named_items import NamedItem, named_items
from .shapes import OwnedItem

NEAR: Final = {"near_mg": Location.MG_ROAD, "near_commercial": Location.COMMERCIAL_STREET}
_NEGATABLE: Final = frozenset({"garments", "colours", "fabrics", "niches", "modifiers", "occasions", "places"})
_TRADES: Final = frozenset({"designer", "tailor"})
_PRONOUNS: Final = words_set(
    "uske iske usko isko adu adanna idu adhu idhu adi idi athu ithu that this it those them उसके इसके ಅದು ಅದನ್ನು ಇದು அது இது అది ఇది"
)
_LEAVE: Final = words_set("without except lose drop ditch remove skip hate leave swap change replace")
_OR_ELSE: Final = words_set("illa illai illana illaina இல்ல இல்லை இல்லனா ಇಲ್ಲ ಇಲ್ಲಾ ಇಲ್ಲವಾ ledha leda లేదా")
_ASKS: Final = re.compile(r"(?:[mvdnst]h?aa?|லாமா|வா|டா|ದಾ|ಲಾ|ವಾ|ನಾ|ಚಾ|చా)$")
"""Endings of a Tamil, Kannada or Telugu question: "kattalama", "haakabahuda"."""
_WHICH: Final = words_set(
    "which what kaunsa kaunsi kaunse konsa konsi konse kaun kon yaava yava yav yaav yavudu yavdu enna entha endha evlo edhu e ye ea em emi elanti "
    "कौन कौनसा कौनसी कौनसे किस ಯಾವ ಯಾವ್ ಯಾವುದು ಎಂಥ என்ன எந்த எப்படி ఏ ఏం ఏమి ఎలాంటి ఎటువంటి"
)
_LESS: Final = words_set("too less zyada jyada zyaada jaasti jasti ekkuva ज़्यादा ज्यादा ಜಾಸ್ತಿ ఎక్కువ")
"""Before a style these words ask for less of it: "too formal", "less ethnic"."""


class Understood(msgspec.Struct, kw_only=True):
    """The findings in one message. Sets of values by kind; `unwanted` holds what is not wanted, by kind.

    `items`: what is called by the name that it has in the wardrobe; `unwanted_items`: ids of those that are refused.
    """

    text: str
    words: list[str]
    language: str
    matches: list[Match]
    values: dict[str, list[str]]
    unwanted: dict[str, set[str]]
    budget_max: int | None = None
    is_follow_up: bool = False
    items: tuple[NamedItem, ...] = ()
    unwanted_items: frozenset[str] = frozenset()

    def has(self, kind: str, *values: str) -> bool:
        """Return True when any of these values of the kind stands in the message; of any value when none is named."""
        result = self.values.get(kind, [])
        return any(value in result for value in values) if values else bool(result)

    def first(self, kind: str) -> str | None:
        """Return the value that was said first."""
        result = self.values.get(kind)
        return result[0] if result else None

    @property
    def asked_garments(self) -> list[str]:
        """The garments behind a "which": of "which blouse for my saree" the blouse, of "yaava banna da shirt" the shirt."""
        spots = [match for match in self.matches if match.kind == "garments"]
        result = []
        for spot in spots:
            before = [other.end for other in spots if other.end <= spot.start]
            words = self.words[max([spot.start - 3, 0, *before]) : spot.start]
            if any(word in _WHICH and (len(word) > 1 or self.language != "en") for word in words):
                result.append(spot.value)
        return list(dict.fromkeys(result))

    @property
    def location(self) -> Location | None:
        """The quarter that was named, or the one that the named street lies next to."""
        for value in self.values.get("places", []):
            if value in Location.__members__:
                return Location(value)
        return next((NEAR[value] for value in self.values.get("places", []) if value in NEAR), None)

    @property
    def is_elsewhere(self) -> bool:
        """Return True when a place was named where nobody of ours works."""
        return self.has("places", "elsewhere") and self.location is None

    @property
    def niches(self) -> tuple[Niche, ...]:
        return tuple(Niche(value) for value in self.values.get("niches", []))

    @property
    def skills(self) -> tuple[Skill, ...]:
        return tuple(Skill(value) for value in self.values.get("skills", []))

    @property
    def spoken(self) -> tuple[Language, ...]:
        return tuple(Language(value) for value in self.values.get("languages", []))


def understand(text: str, wardrobe: Sequence[OwnedItem] = ()) -> Understood:
    """Return what one message says by itself. `wardrobe`: whose names are read before all else."""
    clauses = clauses_of(text)
    language = index().language_of([word for words in clauses for word in words])
    matches: list[Match] = []
    values: dict[str, list[str]] = {}
    unwanted: dict[str, set[str]] = {}
    items: list[NamedItem] = []
    refused: frozenset[str] = frozenset()
    before = 0
    for words in clauses:
        result = _without_origins(index().find(words, language=language))
        named = named_items(words, result, wardrobe, language)
        result = _with_items(result, named)
        rejected = _rejected(words, result)
        for item in named:
            if item.match in rejected:
                refused |= item.ids
            else:
                items.append(msgspec.structs.replace(item, start=item.start + before, end=item.end + before))
        for match in result:
            if match.kind == "negations":
                continue
            if match in rejected and any(item.match == match for item in named):
                continue
            if match in rejected:
                unwanted.setdefault(match.kind, set()).add(match.value)
            elif match.value not in values.setdefault(match.kind, []):
                values[match.kind].append(match.value)
        matches += [replace(match, start=match.start + before, end=match.end + before) for match in result]
        before += len(words)
    _keep_only_trade(values, unwanted)
    values = {kind: listed for kind, listed in values.items() if listed}
    words = [word for clause in clauses for word in clause]
    if _rejects_all(words) and values.get("garments"):
        unwanted.setdefault("garments", set()).update(values.pop("garments"))
    if measured := shape_in(text):
        values["shapes"] = [measured.value]
    elif (height := height_in(text)) and height not in values.get("shapes", []):
        values.setdefault("shapes", []).append(height)
    return Understood(
        text=text,
        words=words,
        language=language,
        matches=matches,
        values=values,
        unwanted=unwanted,
        budget_max=budget_in(text),
        items=tuple(items),
        unwanted_items=refused,
    )


def _with_items(result: list[Match], named: Sequence[NamedItem]) -> list[Match]:
    """Put the pieces for what their words say otherwise: in "my Haldi saree" there is no haldi."""
    kept = [
        match
        for match in result
        if not any(match.start < item.end and item.start < match.end for item in named)
        or (match.kind == "cues" and not any(item.start <= match.start and match.end <= item.end for item in named))
    ]
    return sorted([*kept, *(item.match for item in named)], key=lambda m: (m.start, m.end, m.kind, m.value))


def _without_origins(result: list[Match]) -> list[Match]:
    """Drop a place that names a cloth: "Mysore silk", "Mangalore saree" say where it comes from, not where somebody works."""
    cloths = [match for match in result if match.kind in ("garments", "fabrics")]
    return [
        match
        for match in result
        if match.value != "elsewhere" or not any(cloth.start <= match.end <= cloth.end - 1 for cloth in cloths)
    ]


def _rejected(words: Sequence[str], result: Sequence[Match]) -> list[Match]:
    """Return the matches that a negation speaks of: behind "no", "without"; before "nahi", "beda", "venam", "vaddu"."""
    rejected: list[Match] = [
        m for m in result if (m.kind == "niches" or m.value == "grand") and m.start and words[m.start - 1] in _LESS
    ]
    for negation in (match for match in result if match.kind == "negations"):
        ahead = [m for m in result if _can_be_rejected(m) and 0 <= m.start - negation.end <= 2]
        behind = [m for m in result if _can_be_rejected(m) and 0 <= negation.start - m.end <= 2]
        if words[negation.start] == "too":  # "Too hot for a wedding" does not unsay the wedding.
            ahead = [m for m in ahead if m.kind != "occasions"]
        is_hindi_bina = words[negation.start] in ("bina", "बिना")
        if negation.value == "before" and not is_hindi_bina:
            nearest = min((m.start for m in ahead), default=None)
            rejected += [m for m in ahead if nearest is not None and m.start <= nearest + 1]
        elif behind and not _joins_alternatives(words, negation, behind, ahead):
            last = max(m.end for m in behind)
            rejected += [m for m in behind if m.end == last]
    return rejected


def _joins_alternatives(words: Sequence[str], negation: Match, behind: Sequence[Match], ahead: Sequence[Match]) -> bool:
    """Return True for the "illa" of "veshti kattalama illa pant podalama": behind a question it means "or"."""
    is_question = words[negation.start] in _OR_ELSE and bool(_ASKS.search(words[negation.start - 1]))
    return is_question and bool({m.kind for m in behind} & {m.kind for m in ahead})


def _can_be_rejected(match: Match) -> bool:
    return match.kind in _NEGATABLE or (match.kind == "cues" and match.value in _TRADES)


def _keep_only_trade(values: dict[str, list[str]], unwanted: dict[str, set[str]]) -> None:
    """Take a trade as wanted after all when no other was named: "no tailor has time" asks for one."""
    wanted = values.get("cues", [])
    trades = unwanted.pop("cues", set()) - set(wanted)
    if trades and not (_TRADES - trades) & set(wanted) and not (trades == {"designer"} and values.get("skills")):
        values.setdefault("cues", []).extend(sorted(trades))
    else:
        values["cues"] = [cue for cue in wanted if cue not in trades]


def _rejects_all(words: Sequence[str]) -> bool:
    """Return True for "without it", "uske bina", "adu bittu": the garments named before are not wanted."""
    return any(
        (
            one in _PRONOUNS
            and other
            in (
                "bina",
                "bitre",
                "bittu",
                "thavira",
                "kakunda",
                "alava",
                "बिना",
                "अलावा",
                "ಬಿಟ್ಟು",
                "ಬಿಟ್ರೆ",
                "தவிர",
                "కాకుండా",
                "తప్ప",
            )
        )
        or (one in _LEAVE and other in _PRONOUNS)
        for one, other in pairwise(words)
    )
