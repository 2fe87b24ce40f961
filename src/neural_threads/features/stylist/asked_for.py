"""Read from a message for whom it asks: for the asker, or for somebody else."""

from typing import Final

from .fitness import FAMILY_FEASTS
from .lexicon import Match, words_set
from .understanding import Understood

_WEARS: Final = words_set(
    "i me myself main mujhe naanu nange nanage naan enaku enakku nenu naku naaku मैं मुझे ನಾನು ನನಗೆ ನಂಗೆ நான் எனக்கு నేను నాకు"
)
_FOR_BEFORE: Final = words_set("for should will would can does must")
_FOR_BEHIND: Final = words_set("ko ge gagi gaagi ku kku ukku ki kosam wear wears needs को")
_OWNERS: Final = words_set("my our his her the a an mera meri mere apni apne nanna nan en enga naa na maa")
_ALONG: Final = words_set(
    "le leke lekar lekr saath sath take taking karkondu kootittu koottitu teesukuni ले लेकर साथ ಕರ್ಕೊಂಡು கூட்டிட்டு తీసుకుని"
)
"""Who is taken along wears nothing of what is asked."""
_FOR_ENDINGS: Final = ("ge", "ku", "ukku", "ki", "ಗೆ", "ಕ್ಕೆ", "ಕು", "க்கு", "க்காக", "కి", "కు", "ಗಾಗಿ", "కోసం")
_NO_DATIVE: Final = frozenset({"koduku", "కొడుకు"})
"""Names of people that end like a dative and are none."""
_EXPRESSLY: Final = ("ke liye", "ke lie", "ke vaste", "के लिए", "के लिये", "gagi", "gaagi", "kosam", "కోసం")
_INVITED: Final = FAMILY_FEASTS | {"naming", "baby_shower", "housewarming", "function"}
"""Occasions to which somebody invites others: "my sister's wedding" does not dress the sister, "my husband's interview" does the husband."""


def is_for_somebody_else(result: Understood) -> bool:
    """Return True for "for my sister", "behen ke liye", "ತಂಗಿಗೆ": what is asked is to be worn by somebody else."""
    return not is_for_oneself(result) and person_asked_for(result) is not None


def is_for_oneself(result: Understood) -> bool:
    """Return True when the asker says that it is for the asker: "what should I wear", "mere liye"; not "I need one for my son"."""
    if result.has("people", "self"):
        return True
    mine = _WEARS & set(result.words)
    if not mine or ("i" in mine and "wear" in result.words):
        return bool(mine)
    invites = result.has("occasions", *_INVITED)
    people = [match for match in result.matches if match.kind == "people"]
    return not any(_is_expressly_for(person, result) and not invites for person in people)


def _is_expressly_for(person: Match, result: Understood) -> bool:
    """Return True for "for my husband", "pati ke liye"."""
    before = [word for word in result.words[max(0, person.start - 3) : person.start] if word not in _OWNERS]
    behind = " ".join(result.words[person.end : person.end + 2])
    return before[-1:] == ["for"] or behind.startswith(_EXPRESSLY)


def person_asked_for(result: Understood) -> Match | None:
    """Return where the person is named who is to wear it; None when nobody is."""
    invites = result.has("occasions", *_INVITED)
    for person in (match for match in result.matches if match.kind == "people"):
        before = [word for word in result.words[max(0, person.start - 3) : person.start] if word not in _OWNERS]
        behind = result.words[person.end : person.end + 2]
        if _ALONG & set(result.words[person.end : person.end + 5]):
            continue
        typed = result.words[person.end - 1] if person.end <= len(result.words) else ""
        is_owner_of_event = (
            bool(behind) and (typed.endswith("s") or behind[0] in ("s", "ki", "ka", "की", "का")) and invites
        )
        is_behind = bool(behind) and (
            (behind[0] in _FOR_BEHIND and not (behind[0] == "ki" and result.language == "hi"))
            or " ".join(behind).startswith(_EXPRESSLY)
        )
        if ((before and before[-1] in _FOR_BEFORE) or is_behind) and not is_owner_of_event:
            return person
        is_dative = typed.endswith(_FOR_ENDINGS) and (len(typed) > len(person.form) or person.form not in _NO_DATIVE)
        if is_dative and not invites:
            return person
    return None
