"""Which intent a message has, with what earlier messages say: the classifier decides, rules settle what it cannot know."""

from typing import Final

import msgspec

from neural_threads.platform.folding import words_of

from .intents import intent_scores
from .lexicon import english_words, words_set
from .measurements import shape_in
from .shapes import Intent, Turn
from .understanding import Understood, understand

CLOSE: Final = 0.08
"""When the two likeliest are nearer than this and neither is likely, we ask."""
UNSURE: Final = 0.4
CERTAIN: Final = 0.9
"""A message this likely to ask for something else is no continuation."""
_OWN_TOPIC: Final = (
    "designer",
    "tailor",
    "design",
    "have",
    "closet",
    "missing",
    "unworn",
    "duplicate",
    "scope",
    "greeting",
    "colour",
    "body",
)
_FILLERS: Final = words_set(
    "i me my we us you your u it its this that these those the a an is are was be do did does to of for in on at and or so but then not no yes yeah nah "
    "hmm hm umm uh oh ah ok okay k pls please just now here there what which how why when anything something whatever any some all one ones both "
    "maybe idk dunno know knows no not sure idea think tell say decide choose pick up depends will would can could should shall want need like more less "
    "again also too very really lol haha ya yaar bro sir madam maam ji bhai anna akka da di ra na help give get make done ready wait go"
)
_WHO: Final = words_set("who whom whos kaun kisse kisko yaru yaaru evaru")
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
_NUMBER_WORDS: Final = words_set(
    "two three four five six seven eight nine ten do teen char paanch eradu mooru rendu moonu naalu moodu nalugu 2 3 4 5 6 7 8 9 10"
)


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked. `earlier`: what the user's earlier messages say, oldest first; `instead`: the other that it may be."""

    intent: Intent
    said: Understood
    earlier: tuple[Understood, ...] = ()
    is_follow_up: bool = False
    instead: Intent | None = None


def decide(turn: Turn) -> Decision:
    """Return the intent of the turn's message."""
    result = understand(turn.message)
    earlier = tuple(understand(each.text) for each in turn.history if each.role == "user")
    before = _intent_before(earlier)
    if before and _continues(result, before):
        return Decision(intent=before, said=result, earlier=earlier, is_follow_up=True)
    intent, instead = _alone(result)
    if intent is Intent.DESIGN and turn.wardrobe and _asks_for_anything(result):
        intent = Intent.WARDROBE
    if intent is Intent.COLOUR and turn.wardrobe and _asks_what_to_add(result):
        intent = Intent.OUTFIT
    if before and (instead or intent is Intent.UNCLEAR):
        return Decision(intent=before, said=result, earlier=earlier, is_follow_up=True)
    follows = before is not None and (intent is before or (intent is Intent.COLOUR and before is Intent.OUTFIT))
    return Decision(intent=intent, said=result, earlier=earlier, is_follow_up=follows, instead=instead)


def _asks_what_to_add(result: Understood) -> bool:
    """Return True for "which shoes with the green kurta": an item is asked for, not its colour."""
    garments = result.values.get("garments", [])
    return (
        len(garments) > 1 and result.has("cues", "together") and not result.has("cues", "colour")
        and len(result.values.get("colours", [])) < 2 and not result.has("shapes")
    )  # fmt: skip


def _asks_for_anything(result: Understood) -> bool:
    """Return True for "anything denim?": of somebody who has a wardrobe it asks for what is in it."""
    return (
        result.words[0] == "anything" and len(result.words) <= 4 and not result.has("cues", "design", "show")
        and result.budget_max is None and not result.has("occasions")
    )  # fmt: skip


def _intent_before(earlier: tuple[Understood, ...]) -> Intent | None:
    """Return what the conversation was about: the newest message that said so."""
    for result in reversed(earlier):
        intent, _ = _alone(result)
        if intent not in (Intent.UNCLEAR, Intent.GREETING, Intent.OUT_OF_SCOPE):
            return intent
    return None


def _continues(result: Understood, before: Intent) -> bool:
    """Return True when a message only changes what was asked before: "cheaper", "in silk", "for my sister", "without the shoes"."""
    if result.has("skills") and result.has("cues", "tailor"):
        return False
    changes = (
        result.has("modifiers", "another", "cheaper", "decent", "grand")
        or bool(result.unwanted)
        or result.budget_max is not None
    )
    if result.has("languages") and before in (Intent.DESIGNER, Intent.TAILOR) and not result.has("cues", "wear"):
        return True  # "Does anyone among them speak Telugu?"
    topics = {cue for cue in result.values.get("cues", []) if cue in _OWN_TOPIC}
    if topics == {before.value}:
        return True
    if result.has("care") and not changes:
        return False
    if (
        changes
        and topics <= {"scope", "body"}
        and ("scope" not in topics or result.has("modifiers", "cheaper") or result.budget_max)
    ):
        return True
    if topics:
        return False
    if result.has("cues", "wear") and result.has("occasions") and before is not Intent.OUTFIT:
        return False
    if result.has("skills") and before not in (Intent.TAILOR, Intent.DESIGN):
        return False
    if result.has("cues", "thanks") and len(result.words) <= 4:
        return False
    scores = intent_scores(result)
    likeliest = max(scores, key=lambda intent: scores[intent])
    if (
        likeliest is not before
        and scores[likeliest] > CERTAIN
        and len(result.words) > 4
        and likeliest not in (Intent.UNCLEAR, Intent.OUT_OF_SCOPE)
    ):
        return False
    return len(result.words) <= 14


def _alone(result: Understood) -> tuple[Intent, Intent | None]:
    """Return the intent of a message by itself, and a second one when they are close."""
    ruled = _ruled(result)
    if ruled:
        return ruled, None
    scores = intent_scores(result)
    first, second = sorted(scores, key=lambda intent: -scores[intent])[:2]
    settled = _settled(result, first, scores)
    if settled is Intent.UNCLEAR and "event" in result.values.get("cues", []) and result.has("times"):
        return Intent.OUTFIT, None  # "I have to give a eulogy on Thursday" names no clothes and asks for some.
    if settled is not first:
        return settled, None
    if scores[first] < UNSURE and scores[first] - scores[second] < CLOSE:
        return first, second
    return first, None


def _ruled(result: Understood) -> Intent | None:
    """Return what is certain from the findings alone; None leaves it to the classifier."""
    slots = set(result.values) - {"cues", "modifiers", "people", "times"}
    cues = set(result.values.get("cues", []))
    if not result.words or _FILLERS.issuperset(result.words):
        return Intent.GREETING if cues & {"greeting", "thanks"} else Intent.UNCLEAR
    if cues & {"never", "distress"} or ("abuse" in cues and not result.has("occasions")):
        return Intent.OUT_OF_SCOPE
    if (
        result.words[0] in ("is", "are")
        and result.words[1:2] == ["my"]
        and result.has("garments")
        and not cues & {"wear", "tailor"}
        and not result.has("skills")
        and not result.has("care")
        and not result.has("occasions")
    ):
        return Intent.WARDROBE
    if result.has("shapes") and shape_in(result.text) and not cues & {"designer", "tailor", "design", "wear"}:
        return Intent.BODY
    if "beyond" in cues and not cues & {"designer", "tailor", "design"} and not result.has("occasions"):
        return Intent.OUT_OF_SCOPE
    if result.has("modifiers", "another") and not slots and not cues - {"plan", "find", "thanks", "show"}:
        return Intent.UNCLEAR
    crowd = sum(word in _NUMBER_WORDS for word in result.words)
    if (
        crowd >= 2
        and (result.has("people") or result.has("occasions", "wedding"))
        and not result.has("garments")
        and not cues & {"designer", "tailor", "design", "wear"}
    ):
        return Intent.UNCLEAR
    if not result.matches:
        return Intent.UNCLEAR if len(result.words) <= 4 else None
    if (
        "greeting" in cues
        and not slots
        and not cues - {"greeting", "thanks", "plan", "show", "howto"}
        and len(result.words) <= 12
    ):
        return Intent.GREETING
    if (
        "scope" in cues
        and not slots - {"care", "shapes", "weather", "places", "languages"}
        and not cues & {"designer", "tailor", "design", "closet", "wear", "colour"}
    ):
        return Intent.OUT_OF_SCOPE
    asks_for_work = "show" in cues or ("design" in cues and "find" not in cues)
    if "designer" in cues and "tailor" not in cues and not asks_for_work:
        return Intent.DESIGNER
    if "tailor" in cues and "designer" not in cues:
        return Intent.TAILOR
    return None


def _settled(result: Understood, first: Intent, scores: dict[Intent, float]) -> Intent:
    """Return the classifier's choice, corrected where the findings contradict it."""
    cues = set(result.values.get("cues", []))
    skills = set(result.values.get("skills", []))
    wants_goods = bool(cues & {"design", "show", "designer"}) or result.budget_max is not None
    repairs = sum(match.kind == "skills" for match in result.matches)
    plain_skill = skills & {
        "BUTTON_WORK",
        "ZIPPER_REPAIR",
        "HEMMING",
        "ALTERATIONS",
        "CUSTOM_FITTING",
        "STITCHING",
        "ETHNIC_WEAR",
    }
    if first is Intent.OUT_OF_SCOPE and "scope" not in cues:
        first = max((intent for intent in scores if intent is not first), key=lambda intent: scores[intent])
    if _is_about_nothing_of_ours(result, cues) and first not in (Intent.UNCLEAR, Intent.GREETING):
        return Intent.UNCLEAR if _says_nothing(result, scores) else Intent.OUT_OF_SCOPE
    occasions = set(result.values.get("occasions", []))
    if first is Intent.OUT_OF_SCOPE and occasions & _SOCIAL and not result.has("cues", "beyond"):
        return Intent.OUTFIT
    if first is Intent.GREETING and (occasions or result.has("garments")):
        return (
            Intent.OUTFIT
            if occasions
            else max((one for one in scores if one is not first), key=lambda one: scores[one])
        )
    if first in (Intent.DESIGN, Intent.OUTFIT) and "designed" in result.words and _ORDERS & set(result.words):
        return Intent.DESIGNER
    if _asks_who(result, cues) and first in (
        Intent.OUTFIT,
        Intent.DESIGN,
        Intent.WARDROBE,
        Intent.BODY,
        Intent.UNCLEAR,
    ):
        return Intent.DESIGNER
    if (
        first in (Intent.WARDROBE, Intent.DESIGN, Intent.BODY, Intent.OUTFIT)
        and result.has("care", "stain", "mildew", "smell", "iron", "store", "wash")
        and scores[Intent.CARE] > 0.1
        and not occasions
        and not wants_goods
        and not (cues & {"wear", "have", "closet"} and "howto" not in cues)
    ):
        return Intent.CARE
    if (
        "scope" in cues
        and not result.has("occasions")
        and first is not Intent.OUT_OF_SCOPE
        and scores[Intent.OUT_OF_SCOPE] > 0.35
        and not result.has("garments")
        and not result.has("colours")
    ):
        return Intent.OUT_OF_SCOPE
    if (
        first in (Intent.OUTFIT, Intent.BODY, Intent.CARE)
        and plain_skill
        and not (result.has("shapes") and skills == {"HEMMING"})
        and not cues & {"wear", "closet", "howto"} - {"wear" if repairs > 1 else ""}
        and (scores[Intent.TAILOR] > 0.1 or repairs > 1 or not result.has("occasions"))
    ):
        return Intent.TAILOR
    if (
        first in (Intent.OUTFIT, Intent.BODY, Intent.CARE, Intent.UNCLEAR)
        and skills & {"WESTERN_WEAR", "EMBROIDERY", "BRIDAL_WORK"}
        and "find" in cues
        and "wear" not in cues
        and not occasions
    ):
        return Intent.TAILOR
    if (
        first is Intent.OUTFIT
        and set(result.values.get("shapes", [])) - {"skin"}
        and result.has("garments")
        and not occasions
        and not cues & {"closet", "have"}
        and not result.has("weather")
    ):
        return Intent.BODY
    is_about_own = bool(cues & {"missing", "unworn", "duplicate"}) or ("have" in cues and result.has("garments"))
    is_plain_event = result.has("occasions") and not wants_goods and not result.has("care") and not is_about_own
    if first in (Intent.DESIGN, Intent.WARDROBE, Intent.CARE) and is_plain_event:
        return Intent.OUTFIT
    if (
        first is Intent.DESIGNER
        and occasions
        and not cues & {"designer", "design", "find"}
        and not _asks_who(result, cues)
    ):
        return Intent.OUTFIT
    if first is Intent.DESIGN and "wear" in cues and occasions and "design" not in cues and result.budget_max is None:
        return Intent.OUTFIT
    is_for_event = result.has("occasions") and ("wear" in cues or result.has("times") or result.has("weather"))
    if (
        first in (Intent.CARE, Intent.DESIGN, Intent.UNCLEAR)
        and is_for_event
        and not wants_goods
        and "howto" not in cues
    ):
        return Intent.OUTFIT
    if first is Intent.DESIGNER and "design" in cues and "designer" not in cues and "find" not in cues:
        return Intent.DESIGN
    colours = result.values.get("colours", [])
    if first is Intent.OUTFIT and len(colours) > 1 and cues & {"together", "colour"} and not result.has("occasions"):
        return Intent.COLOUR
    is_shopping = result.has("modifiers", "cheaper") and result.has("garments")
    if first is Intent.OUTFIT and is_shopping and not cues & {"wear", "closet", "have"}:
        return Intent.DESIGN
    if first is Intent.WARDROBE and result.has("occasions") and cues == {"closet"} and not result.has("colours"):
        return Intent.OUTFIT
    if first is Intent.WARDROBE and "body" in cues and "closet" not in cues and scores[Intent.BODY] > 0.02:
        return Intent.BODY
    if first is Intent.CARE and not result.has("care"):
        return max((intent for intent in scores if intent is not first), key=lambda intent: scores[intent])
    if (
        first in (Intent.COLOUR, Intent.DESIGN)
        and cues & {"have", "closet"}
        and not cues & {"design", "show", "wear", "together"}
        and result.budget_max is None
    ):
        return Intent.WARDROBE
    if first in (Intent.CARE, Intent.DESIGN) and result.has("modifiers", "full_set"):
        return Intent.OUTFIT
    if first is Intent.CARE and "have" in cues and result.has("garments") and scores[Intent.WARDROBE] > 0.1:
        return Intent.WARDROBE
    if result.has("shapes", "skin") and (
        result.has("colours") or result.unwanted.get("colours") or "colour" in cues or first is Intent.BODY
    ):
        return Intent.COLOUR
    if (
        len(result.values.get("colours", [])) >= 2
        and first in (Intent.OUT_OF_SCOPE, Intent.OUTFIT, Intent.BODY)
        and not result.has("garments")
        and not result.has("occasions")
    ):
        return Intent.COLOUR
    if (
        first is Intent.OUTFIT
        and "find" in cues
        and result.has("niches")
        and any(word in result.words for word in ("who", "anyone", "someone", "kaun", "yaru", "yaaru", "evaru"))
    ):
        return Intent.DESIGNER
    return first


def _says_nothing(result: Understood, scores: dict[Intent, float]) -> bool:
    """Return True for a sentence of everyday words only, from which nobody could tell what is asked."""
    common = english_words() | _FILLERS
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


_OURS: Final = frozenset(
    {"occasions", "garments", "colours", "fabrics", "skills", "niches", "shapes", "care", "weather", "languages"}
)
_OUR_CUES: Final = frozenset(
    {
        "designer",
        "tailor",
        "design",
        "show",
        "closet",
        "wear",
        "colour",
        "body",
        "have",
        "missing",
        "unworn",
        "duplicate",
    }
)


def _is_about_nothing_of_ours(result: Understood, cues: set[str]) -> bool:
    """Return True for a sentence in which nothing has to do with clothes."""
    is_silent = (
        not _OURS & (set(result.values) | set(result.unwanted)) and not cues & _OUR_CUES and not result.has("modifiers")
    )
    return is_silent and len(result.words) > 3 and result.budget_max is None


def assistant_texts(turn: Turn) -> list[str]:
    """Return what we said before, the newest first."""
    return [each.text for each in reversed(turn.history) if each.role == "assistant"]


def word_count(text: str) -> int:
    """Return how many words a text has."""
    return len(words_of(text))
