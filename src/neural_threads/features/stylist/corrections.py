"""Correct the classifier's choice of an intent where what was found in the message contradicts it."""

from collections.abc import Callable
from functools import cached_property
from typing import Final

from .asked_for import is_for_somebody_else
from .lexicon import english_words, words_set
from .shapes import Intent
from .understanding import Understood

FILLERS: Final = words_set(
    "i me my we us you your u it its this that these those the a an is are was be do did does to of for in on at and or so but then not no yes yeah nah "
    "hmm hm umm uh oh ah ok okay k pls please just now here there what which how why when anything something whatever any some all one ones both "
    "maybe idk dunno know knows no not sure idea think tell say decide choose pick up depends will would can could should shall want need like more less "
    "again also too very really lol haha ya yaar bro sir madam maam ji bhai anna akka da di ra na help give get make done ready wait go"
)
_FEW_WORDS: Final = 7
_WHO: Final = words_set(
    "who whom whos kaun kisse kisko yaru yaaru evaru कौन किससे किसको ಯಾರು ಯಾರ ಯಾರನ್ನು யார் யாரு யாரை ఎవరు ఎవరిని"
)
_ANYONE: Final = words_set("anyone anybody someone somebody")
_ORDERS: Final = words_set("need needs needed want wants wanted get getting have having like")
_SOCIAL: Final = frozenset(
    {
        "wedding", "reception", "engagement", "sangeet", "mehendi", "haldi", "temple", "puja", "housewarming", "festival", "diwali", "eid",
        "christmas", "onam", "baby_shower", "naming", "birthday", "anniversary", "party", "cocktail", "in_laws", "farewell", "convocation",
        "funeral", "interview", "presentation", "photoshoot", "performance", "function", "trek",
    }
)  # fmt: skip
"""Occasions that one dresses for; others ("match", "trip") also stand in questions that are not about clothes."""
_PLAIN_SKILLS: Final = frozenset(
    {"BUTTON_WORK", "ZIPPER_REPAIR", "HEMMING", "ALTERATIONS", "CUSTOM_FITTING", "STITCHING", "ETHNIC_WEAR"}
)
_ASKING_FOR_SOMEBODY: Final = frozenset({"who", "anyone", "someone", "kaun", "yaru", "yaaru", "evaru"})
_OURS: Final = frozenset(
    {"occasions", "garments", "colours", "fabrics", "skills", "niches", "shapes", "care", "weather", "languages"}
)
_OUR_CUES: Final = frozenset(
    {"designer", "tailor", "design", "show", "closet", "wear", "colour", "body", "have", "missing", "unworn", "duplicate"}
)  # fmt: skip


class _Findings:
    """One message as the rules look at it: what was found in it, and how likely the classifier holds each intent."""

    def __init__(self, result: Understood, scores: dict[Intent, float]) -> None:
        self.result, self.scores = result, scores
        self.cues = set(result.values.get("cues", []))
        self.skills = set(result.values.get("skills", []))
        self.occasions = set(result.values.get("occasions", []))
        self.colours = result.values.get("colours", [])
        self.has, self.budget_max = result.has, result.budget_max
        self.wants_goods = bool(self.cues & {"design", "show", "designer"}) or result.budget_max is not None

    @cached_property
    def asks_who(self) -> bool:
        return _asks_who(self.result, self.cues)

    @cached_property
    def names_care(self) -> bool:
        """True when a phrase of several words names the care: "hawa lagani", not "press"."""
        return any(match.kind == "care" and match.end - match.start > 1 for match in self.result.matches)

    def likeliest_but(self, intent: Intent) -> Intent:
        """Return the likeliest intent other than this one."""
        return max((one for one in self.scores if one is not intent), key=lambda one: self.scores[one])


def settled(result: Understood, first: Intent, scores: dict[Intent, float]) -> Intent:
    """Return the classifier's choice, corrected where the findings contradict it. The first rule that answers wins."""
    findings = _Findings(result, scores)
    if first is Intent.OUT_OF_SCOPE and "scope" not in findings.cues:
        first = findings.likeliest_but(first)
    answers = (rule(findings, first) for rule in _RULES)
    return next((intent for intent in answers if intent is not None), first)


def _nothing_of_ours(found: _Findings, first: Intent) -> Intent | None:
    """Messages in which nothing has to do with clothes, and those that only seem so."""
    is_beyond = _is_about_nothing_of_ours(found.result, found.cues)
    if is_beyond and first not in (Intent.UNCLEAR, Intent.GREETING):
        return Intent.UNCLEAR if _says_nothing(found.result, found.scores) else Intent.OUT_OF_SCOPE
    if first is Intent.OUT_OF_SCOPE and found.occasions & _SOCIAL and not found.has("cues", "beyond"):
        return Intent.OUTFIT
    if first is Intent.GREETING and (found.occasions or found.has("garments")):
        return Intent.OUTFIT if found.occasions else found.likeliest_but(first)
    return None


def _for_somebody(found: _Findings, first: Intent) -> Intent | None:
    """Something for somebody else: a garment is to be had, "what should my wife wear" is no theory of colours, a person alone says little."""
    if not is_for_somebody_else(found.result):
        return None
    if first is Intent.TAILOR and found.has("garments") and not found.skills and "tailor" not in found.cues:
        return Intent.DESIGN
    if first is Intent.COLOUR and "wear" in found.result.words and not found.colours and "colour" not in found.cues:
        return Intent.OUTFIT
    says_more = set(found.result.values) - {"people", "times", "cues"} or found.cues
    return Intent.UNCLEAR if not says_more and len(found.result.words) <= _FEW_WORDS else None


def _somebody_who_designs(found: _Findings, first: Intent) -> Intent | None:
    words = set(found.result.words)
    if first in (Intent.DESIGN, Intent.OUTFIT) and "designed" in words and _ORDERS & words:
        return Intent.DESIGNER
    others = (Intent.OUTFIT, Intent.DESIGN, Intent.WARDROBE, Intent.BODY, Intent.UNCLEAR)
    return Intent.DESIGNER if found.asks_who and first in others else None


def _care(found: _Findings, first: Intent) -> Intent | None:
    if (
        first in (Intent.WARDROBE, Intent.DESIGN, Intent.BODY, Intent.OUTFIT)
        and found.has("care", "stain", "mildew", "smell", "iron", "store", "wash", "starch")
        and found.scores[Intent.CARE] > 0.1
        and not found.occasions
        and not found.wants_goods
        and (found.names_care or not found.cues & {"wear", "have", "closet"} or "howto" in found.cues)
    ):
        return Intent.CARE
    is_removed = ("howto" in found.cues or found.names_care) and found.has("care", "stain", "mildew", "wash")
    return Intent.CARE if first is Intent.COLOUR and is_removed and found.scores[Intent.CARE] > 0.2 else None


def _out_of_scope(found: _Findings, first: Intent) -> Intent | None:
    if (
        "scope" in found.cues
        and not found.has("occasions")
        and first is not Intent.OUT_OF_SCOPE
        and found.scores[Intent.OUT_OF_SCOPE] > 0.35
        and not found.has("garments")
        and not found.has("colours")
    ):
        return Intent.OUT_OF_SCOPE
    return None


def _repair(found: _Findings, first: Intent) -> Intent | None:
    repairs = sum(match.kind == "skills" for match in found.result.matches)
    if (
        first in (Intent.OUTFIT, Intent.BODY, Intent.CARE)
        and found.skills & _PLAIN_SKILLS
        and not (found.has("shapes") and found.skills == {"HEMMING"})
        and not found.cues & {"wear", "closet", "howto"} - {"wear" if repairs > 1 else ""}
        and (
            found.scores[Intent.TAILOR] > (0.2 if found.occasions & _SOCIAL else 0.1)
            or repairs > 1
            or not found.has("occasions")
        )
    ):
        return Intent.TAILOR
    if (
        first in (Intent.OUTFIT, Intent.BODY, Intent.CARE, Intent.UNCLEAR)
        and found.skills & {"WESTERN_WEAR", "EMBROIDERY", "BRIDAL_WORK"}
        and "find" in found.cues
        and "wear" not in found.cues
        and not found.occasions
    ):
        return Intent.TAILOR
    asks_who = _WHO & set(found.result.words) and "wear" not in found.cues
    if first is Intent.OUTFIT and asks_who and found.skills & {"EMBROIDERY", "BRIDAL_WORK", "STITCHING"}:
        return Intent.TAILOR  # "Who does bridal embroidery" names a wedding, and is not about what to wear there.
    return None


def _body(found: _Findings, first: Intent) -> Intent | None:
    if (
        first is Intent.OUTFIT
        and set(found.result.values.get("shapes", [])) - {"skin"}
        and found.has("garments")
        and not found.occasions
        and not found.cues & {"closet", "have"}
        and not found.has("weather")
    ):
        return Intent.BODY
    return None


def _event(found: _Findings, first: Intent) -> Intent | None:
    """Messages that name an occasion to dress for."""
    cues, wants_goods = found.cues, found.wants_goods
    is_choice = found.occasions & _SOCIAL and found.has("times") and len(found.result.values.get("garments", [])) > 1
    asks_which = found.result.words[0] == "which" and {"have", "wear"} <= cues
    is_choice = is_choice or (asks_which and len(found.result.values.get("garments", [])) > 1)
    if first is Intent.WARDROBE and is_choice and not cues & {"closet", "missing", "unworn", "duplicate", "count"}:
        return Intent.OUTFIT
    is_about_own = bool(cues & {"missing", "unworn", "duplicate"}) or ("have" in cues and found.has("garments"))
    is_plain = found.has("occasions") and not wants_goods and not found.has("care") and not is_about_own
    if first in (Intent.DESIGN, Intent.WARDROBE, Intent.CARE) and is_plain:
        return Intent.OUTFIT
    asks_for_somebody = cues & {"designer", "design", "find"} or found.asks_who
    if first is Intent.DESIGNER and found.occasions and not asks_for_somebody:
        return Intent.OUTFIT
    is_worn = "wear" in cues and "design" not in cues and found.budget_max is None
    if first is Intent.DESIGN and found.occasions and is_worn:
        return Intent.OUTFIT
    is_dated = found.has("occasions") and ("wear" in cues or found.has("times") or found.has("weather"))
    may_be_dated = first in (Intent.CARE, Intent.DESIGN, Intent.UNCLEAR) and not wants_goods and "howto" not in cues
    return Intent.OUTFIT if is_dated and may_be_dated else None


def _goods(found: _Findings, first: Intent) -> Intent | None:
    """Messages that ask for designs, or for colours that go together, and not for an outfit or a person."""
    cues = found.cues
    if first is Intent.DESIGNER and "design" in cues and "designer" not in cues and "find" not in cues:
        return Intent.DESIGN
    has_own = cues & {"wear", "closet", "have"}
    if first is Intent.OUTFIT and found.budget_max is not None and not has_own and found.scores[Intent.DESIGN] > 0.1:
        return Intent.DESIGN
    is_priced = found.budget_max is not None and not cues & {"designer", "find"} and not found.asks_who
    if first is Intent.DESIGNER and is_priced:
        return Intent.DESIGN
    pairs = len(found.colours) > 1 and cues & {"together", "colour"}
    if first is Intent.OUTFIT and pairs and not found.has("occasions"):
        return Intent.COLOUR
    is_shopping = found.has("modifiers", "cheaper") and found.has("garments")
    if first is Intent.OUTFIT and is_shopping and not cues & {"wear", "closet", "have"}:
        return Intent.DESIGN
    return None


def _wardrobe(found: _Findings, first: Intent) -> Intent | None:
    """Messages about what somebody has."""
    cues, scores = found.cues, found.scores
    if first is Intent.WARDROBE and found.has("occasions") and cues == {"closet"} and not found.has("colours"):
        return Intent.OUTFIT
    if first is Intent.WARDROBE and "body" in cues and "closet" not in cues and scores[Intent.BODY] > 0.02:
        return Intent.BODY
    is_cared_for = scores[Intent.CARE] > 0.8 and "howto" in cues and found.has("fabrics") and "wear" not in cues
    if first is Intent.CARE and not found.has("care") and not is_cared_for:
        return found.likeliest_but(first)
    is_own = cues & {"have", "closet"} and not cues & {"design", "show", "wear", "together"}
    if first in (Intent.COLOUR, Intent.DESIGN) and is_own and found.budget_max is None:
        return Intent.WARDROBE
    if first in (Intent.CARE, Intent.DESIGN) and found.has("modifiers", "full_set"):
        return Intent.OUTFIT
    if first is Intent.CARE and "have" in cues and found.has("garments") and scores[Intent.WARDROBE] > 0.1:
        return Intent.WARDROBE
    return None


def _colour_of_two(found: _Findings, first: Intent) -> Intent | None:
    """The colour of one garment for another: "saree ki matching blouse colour"."""
    is_asked = (
        len(found.result.values.get("garments", [])) > 1
        and "colour" in found.cues
        and not found.cues & {"have", "closet"}
    )
    is_other = first not in (Intent.OUTFIT, Intent.CARE) or found.occasions or found.has("care")
    return Intent.COLOUR if is_asked and not is_other else None


def _colour(found: _Findings, first: Intent) -> Intent | None:
    is_theme = found.occasions & _SOCIAL and found.colours and not found.cues & {"colour", "together"}
    if first is Intent.COLOUR and is_theme and not found.has("shapes") and found.scores[Intent.OUTFIT] > 0.05:
        return Intent.OUTFIT
    if first is Intent.COLOUR and found.has("cues", "compose") and found.has("garments") and "colour" not in found.cues:
        return Intent.OUTFIT
    names_colours = found.has("colours") or found.result.unwanted.get("colours") or "colour" in found.cues
    if found.has("shapes", "skin") and (names_colours or first is Intent.BODY):
        return Intent.COLOUR
    is_only_colours = len(found.colours) >= 2 and not found.has("garments") and not found.has("occasions")
    if is_only_colours and first in (Intent.OUT_OF_SCOPE, Intent.OUTFIT, Intent.BODY):
        return Intent.COLOUR
    return None


def _niche(found: _Findings, first: Intent) -> Intent | None:
    asks = not _ASKING_FOR_SOMEBODY.isdisjoint(found.result.words)
    if first is Intent.OUTFIT and "find" in found.cues and found.has("niches") and asks:
        return Intent.DESIGNER
    return None


_Rule = Callable[[_Findings, Intent], Intent | None]
_RULES: Final[tuple[_Rule, ...]] = (
    _for_somebody, _nothing_of_ours, _somebody_who_designs, _care, _out_of_scope, _repair, _body, _event, _goods, _colour_of_two, _wardrobe, _colour, _niche,
)  # fmt: skip
"""In the order in which they are asked."""


def _says_nothing(result: Understood, scores: dict[Intent, float]) -> bool:
    """Return True for a sentence of everyday words only, from which nobody could tell what is asked."""
    common = english_words() | FILLERS
    spoken = {word for match in result.matches if match.kind in ("times", "people") for word in match.form.split()}
    return (
        not result.has("cues", "scope") and scores[Intent.OUT_OF_SCOPE] < 0.6
        and all(word in common or word in spoken or word.isdigit() for word in result.words)
    )  # fmt: skip


def _asks_who(result: Understood, cues: set[str]) -> bool:
    """Return True when a person is asked for who makes clothes: "whom would you trust with an ethnic outfit"."""
    words = set(result.words)
    is_ours = result.has("niches") or result.has("garments")
    if result.has("skills") or "tailor" in cues or not is_ours:
        return False
    return bool(words & _WHO and ("whom" in words or "i" not in words)) or bool(words & _ANYONE and "wear" not in cues)


def _is_about_nothing_of_ours(result: Understood, cues: set[str]) -> bool:
    """Return True for a sentence in which nothing has to do with clothes."""
    is_silent = (
        not _OURS & (set(result.values) | set(result.unwanted)) and not cues & _OUR_CUES and not result.has("modifiers")
    )
    return is_silent and len(result.words) > 3 and result.budget_max is None
