"""Read what a follow-up changes: "another" leaves out what was shown before, "cheaper" goes below its prices."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, TypeVar

from neural_threads.features.catalog.designers.shapes import Designer
from neural_threads.features.catalog.designs.shapes import Design
from neural_threads.features.catalog.tailors.shapes import Tailor

from .deciding import Decision, assistant_texts
from .shapes import Turn

T = TypeVar("T", Designer, Tailor, Design)
_AMOUNT: Final = re.compile(r"(?:₹|rs\.?\s*)?(\d[\d,]{3,})")


def shown_before(turn: Turn) -> frozenset[str]:
    """Return the ids that the cards of earlier answers named."""
    return frozenset(id for said in turn.history for id in said.shown)


def others_of(turn: Turn, decision: Decision, result: Sequence[T]) -> tuple[list[T], bool]:
    """Return those that were not shown yet, when others are asked for. When there are no others: all of them, and True."""
    if not result or not (decision.is_follow_up and decision.said.has("modifiers", "another")):
        return list(result), False
    ids, texts = shown_before(turn), " ".join(assistant_texts(turn)[:1])
    others = [one for one in result if one.id not in ids and _name(one) not in texts]
    return others or list(result), not others


def is_cheaper_asked(decision: Decision) -> bool:
    """Return True for "cheaper", "kam daam mein", after something was shown."""
    return decision.is_follow_up and decision.said.has("modifiers", "cheaper")


def prices_before(turn: Turn) -> list[int]:
    """Return the prices in INR of the newest answer that showed designs; else the amounts in the words of our last answer."""
    shown = next((said.prices for said in reversed(turn.history) if said.prices), ())
    return list(shown) or [
        int(amount.replace(",", "")) for text in assistant_texts(turn)[:1] for amount in _AMOUNT.findall(text)
    ]


def budget_of(turn: Turn, decision: Decision) -> Decimal | None:
    """Return the most that it may cost: what is said; for "cheaper" less than what was shown; else said before; else the profile's."""
    if decision.said.budget_max is not None:
        return Decimal(decision.said.budget_max)
    before = next((one.budget_max for one in reversed(decision.earlier) if one.budget_max), None)
    if is_cheaper_asked(decision):
        shown, is_half = prices_before(turn), decision.said.has("modifiers", "half")
        limits = [min(shown) // 2 if is_half else min(shown) - 1] if shown else []
        limits += [before * (5 if is_half else 7) // 10] if before else []
        if not limits and turn.profile.budget_max:
            limits = [int(turn.profile.budget_max) * 7 // 10]
        return Decimal(min(limits)) if limits else None
    if decision.is_follow_up and before:
        return Decimal(before)
    return turn.profile.budget_max


def _name(one: Designer | Tailor | Design) -> str:
    return one.designer.name if isinstance(one, Design) else one.name
