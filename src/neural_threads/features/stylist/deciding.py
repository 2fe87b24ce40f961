"""Decide the intent of a message, with what earlier messages say: by rules that are certain, else by the classifier."""

from typing import Final

import msgspec

from neural_threads.platform.folding import words_of

from .company import asked_kinds, asks_for_colours, fixed_garments, fixed_items
from .corrections import FILLERS, settled
from .fabrics import asks_about_fabric, asks_leave_for_fabric
from .garments import garment_of
from .intents import intent_scores
from .lexicon import words_set
from .measurements import shape_in
from .named_items import OWNERS
from .permission import asks_leave_for_colour, asks_leave_for_garment, asks_leave_to_repeat
from .shapes import Intent, Turn
from .tapped import drops_the_place, tapped_intent
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
_SEWS: Final = words_set(
    "sew sews sewing stitch stitches stitching sil silne silega thaikka thaikanum holiyo kuttadaniki"
)
_NAMED_DESIGNER: Final = words_set("designer designers design designs designing")
_NUMBER_WORDS: Final = words_set(
    "two three four five six seven eight nine ten do teen char paanch eradu mooru rendu moonu naalu moodu nalugu 2 3 4 5 6 7 8 9 10"
)


_COMPANY: Final = (Intent.DESIGN, Intent.DESIGNER, Intent.TAILOR, Intent.COLOUR, Intent.UNCLEAR, Intent.BODY)
_MATCHED: Final = (Intent.DESIGN, Intent.DESIGNER, Intent.TAILOR, Intent.OUTFIT, Intent.COLOUR, Intent.UNCLEAR)
_OTHER_TOPICS: Final = ("designer", "tailor", "design", "show", "find", "have", "closet", "missing")
_GO: Final = words_set("go goes match matches pair pairs")


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The decided intent. `earlier`: the user's earlier messages, oldest first; `instead`: the second likeliest."""

    intent: Intent
    said: Understood
    earlier: tuple[Understood, ...] = ()
    is_follow_up: bool = False
    instead: Intent | None = None


def decide(turn: Turn) -> Decision:
    """Return the intent of the turn's message."""
    result = understand(turn.message, turn.wardrobe)
    earlier = tuple(understand(each.text, turn.wardrobe) for each in turn.history if each.role == "user")
    before = _intent_before(earlier)
    if tapped := tapped_intent(turn.message):
        return Decision(intent=tapped, said=result, earlier=earlier, is_follow_up=bool(earlier))
    if before and drops_the_place(turn.message):
        return Decision(intent=before, said=result, earlier=earlier, is_follow_up=True)
    asks_leave = any(
        asks(result)
        for asks in (asks_leave_for_colour, asks_leave_for_fabric, asks_leave_for_garment, asks_leave_to_repeat)
    )
    if before and not asks_leave and not asks_about_fabric(result) and _continues(result, before):
        return Decision(intent=before, said=result, earlier=earlier, is_follow_up=True)
    if asks_leave:
        return Decision(intent=_alone(result)[0], said=result, earlier=earlier)
    intent, instead = _alone(result)
    if intent is Intent.DESIGN and turn.wardrobe and _asks_for_anything(result):
        intent = Intent.WARDROBE
    if intent is Intent.COLOUR and turn.wardrobe and (_asks_what_to_add(result) or _names_a_day(result)):
        intent = Intent.OUTFIT
    if intent is Intent.CARE and asks_for_colours(result) and _goes_with(result) and result.has("garments"):
        intent = Intent.COLOUR  # In "which colour goes with my saree" no colour runs.
    if intent in _MATCHED and (match := _matching(turn, result, intent)):
        intent, instead = match, None
    if intent is Intent.WARDROBE and turn.wardrobe and _asks_what_goes_with(result):
        intent = Intent.OUTFIT
    if intent in _COMPANY and turn.wardrobe and _asks_for_company(turn, result):
        intent, instead = Intent.OUTFIT, None
    if before and (instead or intent is Intent.UNCLEAR):
        return Decision(intent=before, said=result, earlier=earlier, is_follow_up=True)
    follows = before is not None and (intent is before or (intent is Intent.COLOUR and before is Intent.OUTFIT))
    return Decision(intent=intent, said=result, earlier=earlier, is_follow_up=follows, instead=instead)


def _matching(turn: Turn, result: Understood, intent: Intent) -> Intent | None:
    """Return what answers "which blouse for my saree": the wardrobe when it has one, else colours; None for other questions.

    Of somebody without a wardrobe "what goes with a green dupatta" asks for colours, too.
    """
    if result.has("cues", *_OTHER_TOPICS) or result.has("skills") or result.has("care") or result.budget_max:
        return None
    if intent is Intent.COLOUR and (result.has("cues", "colour") or len(result.values.get("colours", [])) > 1):
        return None
    named, asked = result.values.get("garments", []), result.asked_garments
    if asked and len(named) > len(asked) and not result.has("occasions"):
        owned = named if intent is Intent.OUTFIT else asked
        is_owned = any(garment_of(item).is_of(word) for item in turn.wardrobe for word in owned)
        return Intent.OUTFIT if is_owned else Intent.COLOUR
    goes_with = named and _goes_with(result) and not result.has("occasions")
    return Intent.COLOUR if goes_with and not turn.wardrobe else None


def _asks_for_company(turn: Turn, result: Understood) -> bool:
    """Return True when something of one's own is named, and others are to go with it: "dupatta for my lehenga"."""
    is_own = result.items or OWNERS & set(result.words) or result.asked_garments
    is_errand = result.has("cues", *_OTHER_TOPICS) or result.has("skills") or result.has("care") or result.budget_max
    if not is_own or is_errand or asks_for_colours(result) or not fixed_items(turn.wardrobe, result):
        return False
    named = {item.start for item in result.items}
    is_with = any(spot.start not in named for spot in fixed_garments(result)) or result.has("cues", "together", "wear")
    return bool(asked_kinds(result)) or is_with


def _names_a_day(result: Understood) -> bool:
    """Return True for "what goes over this kurti, it is cold": somebody dresses for it, and asks for no theory of colours."""
    is_worn = result.has("garments") and (result.has("weather") or result.has("occasions"))
    return is_worn and not result.has("cues", "colour") and len(result.values.get("colours", [])) < 2


def _goes_with(result: Understood) -> bool:
    return result.has("cues", "together") or ("with" in result.words and bool(_GO & set(result.words)))


def _asks_what_goes_with(result: Understood) -> bool:
    """Return True for "which of my things go with jeans": one item is named, and others are asked for."""
    return bool(
        _GO & set(result.words)
        and _goes_with(result)
        and len(result.values.get("garments", [])) == 1
        and not result.has("cues", "count", "duplicate", "unworn", "missing")
    )


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
        if drops_the_place(result.text):
            continue
        intent = tapped_intent(result.text) or _alone(result)[0]
        if intent not in (Intent.UNCLEAR, Intent.GREETING, Intent.OUT_OF_SCOPE):
            return intent
    return None


def _continues(result: Understood, before: Intent) -> bool:
    """Return True when a message only changes what was asked before: "cheaper", "in silk", "for my sister", "without the shoes"."""
    if (result.has("skills") and result.has("cues", "tailor")) or result.has("cues", "abuse"):
        return False
    changes = (
        result.has("modifiers", "another", "cheaper", "decent", "grand", "flat")
        or bool(result.unwanted)
        or result.budget_max is not None
    )
    if result.budget_max and result.has("garments") and _alone(result)[0] is Intent.DESIGN:
        return (
            before is Intent.DESIGN
        )  # "A lehenga under 20000" asks for a thing, not for clothes one has, nor for people.
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
    corrected = settled(result, first, scores)
    if corrected is Intent.UNCLEAR and "event" in result.values.get("cues", []) and result.has("times"):
        return Intent.OUTFIT, None  # "I have to give a eulogy on Thursday" names no clothes and asks for some.
    if corrected is not first:
        return corrected, None
    if scores[first] < UNSURE and scores[first] - scores[second] < CLOSE:
        return first, second
    return first, None


def _ruled(result: Understood) -> Intent | None:
    """Return what is certain from the findings alone; None leaves it to the classifier."""
    slots = set(result.values) - {"cues", "modifiers", "people", "times"}
    cues = set(result.values.get("cues", []))
    if not result.words or FILLERS.issuperset(result.words):
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
    if result.words[2:4] in (["are", "my"], ["is", "my"]) and "colour" in cues and result.has("garments"):
        return Intent.WARDROBE  # "What colours are my trousers".
    if asks_leave_for_colour(result):
        return Intent.COLOUR
    if asks_leave_to_repeat(result):
        return Intent.OUTFIT
    if asks_leave_for_garment(result) and not asks_leave_for_fabric(result):
        return Intent.OUTFIT
    if asks_about_fabric(result):
        return Intent.OUTFIT if result.has("occasions") else Intent.CARE
    if result.has("shapes") and shape_in(result.text) and not cues & {"designer", "tailor", "design", "wear"}:
        return Intent.BODY
    if "beyond" in cues and not cues & {"designer", "tailor", "design"} and not result.has("occasions"):
        return Intent.OUT_OF_SCOPE
    if result.has("modifiers", "another") and not slots and not cues - {"plan", "find", "thanks", "show"}:
        return Intent.UNCLEAR
    crowd = sum(word in _NUMBER_WORDS and (word != "do" or result.language != "en") for word in result.words)
    if (
        crowd >= 2
        and (result.has("people") or result.has("occasions", "wedding"))
        and not result.has("garments")
        and not cues & {"designer", "tailor", "design", "wear"}
    ):
        return Intent.UNCLEAR
    if not result.matches:
        return Intent.UNCLEAR if len(result.words) <= 4 else None
    if not result.values and not result.has("times") and len(result.words) <= 6 and not any(result.unwanted.values()):
        return Intent.UNCLEAR  # Only "no": "neither this nor that".
    is_thanks = "thanks" in cues and len(result.words) <= 4 and not cues - {"thanks"}
    if is_thanks and not slots and not result.has("modifiers") and not result.has("times"):
        return Intent.GREETING
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
    if "tailor" not in cues and not _NAMED_DESIGNER & set(result.words) and _SEWS & set(result.words):
        return Intent.TAILOR
    if "designer" in cues and "tailor" not in cues and not asks_for_work:
        return Intent.DESIGNER
    if "tailor" in cues and "designer" not in cues:
        return Intent.TAILOR
    return None


def assistant_texts(turn: Turn) -> list[str]:
    """Return what we said before, the newest first."""
    return [each.text for each in reversed(turn.history) if each.role == "assistant"]


def word_count(text: str) -> int:
    """Return how many words a text has."""
    return len(words_of(text))
