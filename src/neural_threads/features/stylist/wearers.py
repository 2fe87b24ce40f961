"""For whom clothes are asked, and for whom a garment is made, so that nobody is offered what they would not wear.

Used to choose only: it is never said, and what is not known excludes nothing.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from neural_threads.features.accounts.enums import Gender
from neural_threads.platform.folding import words_of

from .asked_for import is_for_oneself, person_asked_for
from .deciding import Decision
from .lexicon import Match, forms_by_value, words_set
from .shapes import Profile, Wearer
from .understanding import Understood

_JOINED: Final = 3
"""Words between two people who are asked for together: "my mom and my dad"."""


_KINDS: Final[dict[Wearer, tuple[str, ...]]] = {
    "woman": (
        "saree", "lehenga", "blouse", "kurti", "salwar", "anarkali", "sharara", "gown", "dress", "skirt", "petticoat", "dupatta", "palazzo",
        "heels",
    ),
    "man": ("sherwani", "veshti", "nehru_jacket"),
}  # fmt: skip
_NAMED: Final[dict[Wearer, frozenset[str]]] = {
    "woman": words_set("women womens woman womans ladies lady female girl girls bride brides womenswear महिला महिलाओं ಮಹಿಳೆ ಮಹಿಳೆಯರ பெண் பெண்கள் మహిళ మహిళల"),
    "man": words_set("men mens man mans gents gentlemen male boy boys groom grooms menswear पुरुष पुरुषों ಪುರುಷ ಪುರುಷರ ஆண் ஆண்கள் పురుష పురుషుల"),
}  # fmt: skip
_NO_DRESS: Final = re.compile(r"\bdress[ -](?=shirt|shoe|trouser|code|pant|material)", re.IGNORECASE)
_MOST_WORDS: Final = 80


# Asked for


def wearer_of(profile: Profile, decision: Decision) -> Wearer | None:
    """Return who is to wear what is asked: whom this or an earlier message of the topic names, else who asks. None: not known."""
    for result in (decision.said, *reversed(decision.earlier if decision.is_follow_up else ())):
        if is_for_oneself(result):
            break
        if (person := person_asked_for(result)) is not None:
            return _wearer_named(person, result)
    return {Gender.FEMALE: "woman", Gender.MALE: "man"}.get(profile.gender)  # type: ignore[arg-type,return-value]


def _wearer_named(person: Match, result: Understood) -> Wearer | None:
    """Return a woman or a man; None for a child, or for both at once."""
    near = {
        other.value for other in result.matches if other.kind == "people" and abs(other.start - person.start) <= _JOINED
    }
    return person.value if near <= {person.value} and person.value in _KINDS else None


# Made for


def wearers_of(kinds: Iterable[str]) -> set[Wearer]:
    """Return who wears these kinds of garments, of those that not everybody wears."""
    return {wearer for wearer, worn in _KINDS.items() if set(worn) & set(kinds)}


def is_kind_for(kind: str, wearer: Wearer | None) -> bool:
    """Return False for a kind of garment that only the others wear."""
    return wearer is None or not any(kind in kinds for other, kinds in _KINDS.items() if other != wearer)


def suits(description: str | None, wearer: Wearer | None) -> bool:
    """Return False when a design is described as a garment of the others; True where nothing says so."""
    return wearer is None or made_for(description or "") in (None, wearer)


def suits_all(descriptions: Iterable[str | None], wearer: Wearer | None) -> bool:
    """Return False when whoever wrote these speaks of the clothes of the others only."""
    made = {made_for(text or "") for text in descriptions} - {None}
    return wearer is None or not made or wearer in made


@lru_cache(maxsize=4096)
def made_for(description: str) -> Wearer | None:
    """Return who wears what is described: whom it names, else who wears its first garment that not everybody wears."""
    words = words_of(_NO_DRESS.sub("", description))[:_MOST_WORDS]
    named = [wearer for wearer, names in _NAMED.items() if names & set(words)]
    if named:
        return named[0] if len(named) == 1 else None
    return next((wearer for word in words if (wearer := _worn_by_word().get(word))), None)


@cache
def _worn_by_word() -> dict[str, Wearer]:
    forms = forms_by_value("garments")
    return {
        form: wearer for wearer, kinds in _KINDS.items() for kind in kinds for form in forms[kind] if " " not in form
    }
