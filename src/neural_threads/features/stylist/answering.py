"""The answer to a turn: pure but for the catalogue, deterministic, without a network."""

import msgspec

from .asking import ask_back
from .catalogue_answers import answer_design, answer_designer, answer_tailor
from .colour_customs import answer_custom, is_about_custom
from .deciding import Decision, decide
from .fabrics import answer_fabric, asks_about_fabric, with_weather
from .garment_customs import answer_garment_custom
from .matching_answers import answer_without, colour_rule, lacks_what_is_named
from .outfit_answers import answer_outfit, image_segments
from .permission import asks_leave_for_garment, asks_leave_to_repeat
from .phrases import say
from .reply_language import answer_language
from .rule_answers import answer_body, answer_care, answer_colour
from .shapes import Catalogue, Intent, LanguageCode, Reply, Segment, TextSegment, Turn
from .wardrobe_answers import answer_wardrobe
from .wearers import wearer_of

LONGEST_TITLE = 60


async def answer(turn: Turn, catalogue: Catalogue) -> Reply:
    """Return the answer: every id in it is one of the turn's items or was returned by the catalogue for it."""
    decision = decide(turn)
    language = answer_language(turn, decision.said)
    segments = tuple(await _segments(turn, decision, language, catalogue))
    return Reply(
        segments=segments,
        suggestions=_suggestions(decision, language),
        language=language,
        title=title_of(turn.message),
        intent=decision.intent,
        slots=_slots(decision),
        wearer=wearer_of(turn.profile, decision),
    )


async def _segments(turn: Turn, decision: Decision, language: LanguageCode, catalogue: Catalogue) -> list[Segment]:
    seen = image_segments(turn, language) if turn.image else []
    if decision.instead:
        return [*seen, ask_back(language, decision.intent, decision.instead)]
    match decision.intent:
        case Intent.OUTFIT if asks_about_fabric(
            decision.said
        ):  # For an occasion: the fabric, and what there is to wear.
            advice = TextSegment(text=answer_fabric(decision.said, language))
            dressed = msgspec.structs.replace(decision, said=with_weather(decision.said))
            return [*seen, advice, *await answer_outfit(turn, dressed, language, catalogue)]
        case Intent.OUTFIT if asks_leave_to_repeat(decision.said):
            advice = TextSegment(text=say(language, "may.again"))
            return [*seen, advice, *(await answer_outfit(turn, decision, language, catalogue) if turn.wardrobe else [])]
        case Intent.OUTFIT if asks_leave_for_garment(decision.said):
            return [*seen, *await answer_garment_custom(turn, decision, language, catalogue)]
        case Intent.OUTFIT if lacks_what_is_named(turn, decision):
            return [*seen, *answer_without(turn, decision, language)]
        case Intent.OUTFIT:
            outfits = await answer_outfit(turn, decision, language, catalogue)
            return [*seen, *outfits, *colour_rule(turn, decision, outfits, language)]
        case Intent.DESIGNER:
            return [*seen, *await answer_designer(turn, decision, language, catalogue)]
        case Intent.TAILOR:
            return [*seen, *await answer_tailor(turn, decision, language, catalogue)]
        case Intent.DESIGN:
            return [*seen, *await answer_design(turn, decision, language, catalogue)]
        case Intent.WARDROBE:
            return [*seen, TextSegment(text=answer_wardrobe(turn, decision, language))]
        case Intent.COLOUR if is_about_custom(decision):
            return [*seen, TextSegment(text=answer_custom(turn, decision, language))]
        case Intent.COLOUR:
            return [*seen, TextSegment(text=answer_colour(turn, decision, language))]
        case Intent.BODY:
            return [*seen, TextSegment(text=answer_body(turn, decision, language))]
        case Intent.CARE if asks_about_fabric(decision.said):
            return [*seen, TextSegment(text=answer_fabric(decision.said, language))]
        case Intent.CARE:
            return [*seen, TextSegment(text=answer_care(decision, language))]
        case Intent.GREETING:
            is_thanks = decision.said.has("cues", "thanks") and not decision.said.has("cues", "greeting")
            return [TextSegment(text=say(language, "thanks" if is_thanks else "greet"))]
        case Intent.OUT_OF_SCOPE:
            return [TextSegment(text=say(language, _refusal(decision)))]
        case _:
            return seen or [ask_back(language)]


def _refusal(decision: Decision) -> str:
    """Return the sentence for what is not our business: a helpline for somebody in distress, calm words for rude ones."""
    if decision.said.has("cues", "distress"):
        return "distress"
    return "calm" if decision.said.has("cues", "abuse") and not decision.said.has("cues", "never") else "decline"


def title_of(message: str) -> str:
    """Return a title for a conversation from its first question: one line, cut between words."""
    line = " ".join(message.split())
    if len(line) <= LONGEST_TITLE:
        return line
    return line[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


_SUGGESTED = {
    Intent.OUTFIT: ("another", "designer", "missing"),
    Intent.DESIGNER: ("another", "without", "design"),
    Intent.TAILOR: ("another", "without", "outfit"),
    Intent.DESIGN: ("cheaper", "another", "designer"),
    Intent.WARDROBE: ("missing", "outfit", "design"),
    Intent.COLOUR: ("outfit", "design"),
    Intent.BODY: ("tailor", "outfit"),
    Intent.CARE: ("tailor", "outfit"),
}


def _suggestions(decision: Decision, language: LanguageCode) -> tuple[str, ...]:
    """Return what may be asked next; to leave out the location only when one was named."""
    names = _SUGGESTED.get(decision.intent, ("outfit", "designer", "tailor", "missing"))
    located = any(one.location for one in (decision.said, *decision.earlier))
    return tuple(
        say(language, f"suggest.{'outfit' if name == 'without' and not located else name}")
        for name in dict.fromkeys(names)
        if not (name == "outfit" and "without" in names and not located)
    )


def _slots(decision: Decision) -> dict[str, object]:
    """Return what was found in the message, for storing beside the answer."""
    slots: dict[str, object] = {
        kind: list(values) for kind, values in decision.said.values.items() if kind not in ("cues", "modifiers")
    }
    if decision.said.location is not None:
        slots["location"] = decision.said.location
    if decision.said.budget_max is not None:
        slots["budgetMax"] = decision.said.budget_max
    if decision.said.unwanted:
        slots["unwanted"] = sorted(value for values in decision.said.unwanted.values() for value in values)
    return slots
