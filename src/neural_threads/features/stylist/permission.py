"""Recognise questions for leave: "may I wear black to a mundan", "kya puja mein kaala pehen sakti hoon"."""

import re
from typing import Final

from .lexicon import words_set
from .understanding import Understood

_SOUGHT: Final = ("designer", "tailor", "design", "show", "find", "missing", "unworn")
_OTHER_ERRANDS: Final = (*_SOUGHT, "duplicate", "count")
_LEAVE: Final = re.compile(
    r"\b(?:can|may|could|should|shall|must)(?:n'?t)?\s+(?:i|we|one|you|u|she|he|they|guests?|men|women|ladies|people|my\s\w+|an?\s\w+|the\s\w+)\s"
    r"(?:\w+\s){0,2}(?:wear|put|choose|pick|go|come|attend|take|be)\b"
    r"|\b(?:is|are|isn'?t|aren'?t|would|will|does|do)\b.*\b(?:ok|okay|fine|alright|all right|bad|wrong|rude|odd|weird|proper|improper|appropriate|"
    r"inappropriate|acceptable|auspicious|disrespectful|unlucky|suitable|offensive|frowned)\b"
    r"|\b(?:allowed|permitted|inauspicious|taboo|forbidden|bad luck|avoid wearing|ok to|okay to|fine to)\b"
    r"|\b(?:should|must|to)\s(?:i\s|we\s)?avoid\b|\b(?:is|are|will|would)\b.*\btoo (?:warm|hot|heavy|thick|thin|cold|sweaty)\b|\b(?:ok|okay|fine)\s*(?:for\b|at\b|\?|$)|\b(?:what|how) about\b"
    r"|सकत[ाीे]|चलेग[ाी]|चलेंगे|अशुभ|मना(?:ही)?\s(?:है|होता)|ठीक\s(?:है|रहेग[ाी]|लगेग[ाी])|सही\s(?:है|रहेग[ाी])|गलत\s(?:है|तो)|नहीं पहनना चाहिए|नहीं पहनते"
    r"|\bsak(?:ta|ti|te|tey)\b|\bchaleg[ai]\b|\bchalenge\b|\bashubh\b|\bmana\s(?:hai|hota)|\b(?:thee?k|sahi)\s(?:hai|rahega|rahegi|lagega|lagegi)\b|\bgalat\shai\b"
    r"|ಬಹುದ|ಬೋದ|ಬಾರದ|ಸರಿ(?:ನಾ|ಯಾ|ಯೇ)|ಸರಿ ಇರುತ್ತಾ|ಪರವಾಗಿಲ್|ಓಕೆನಾ|ಓಕೇನಾ|ತಪ್ಪಾ|ನಡ[ೆಿ]ಯುತ್ತಾ|ಚೆನ್ನಾಗಿರುತ್ತಾ|ಅಶುಭ"
    r"|\b\w*(?:bahudh?aa?|bahudh?u|bahudh?e|bohudaa?|bodh?aa?)\b|\bbaa?radh?[ua]a?\b|\bparvaa?gill?v?aa?\b|\bsari(?:na|naa|ya|yaa)\b|\bok[e ]?naa?\b|\bnad[ei]yu?tt?aa?\b"
    r"|லாமா|கூடாதா|கூடாது|சரியா|சரிவருமா|பரவாயில்லையா|ஓகே[வய]ா|தப்பா|நல்லா இருக்குமா|அபசகுன|அசுப"
    r"|\b\w*laa?maa?\b|\bkoo?d[ae]a?dh?[ua]a?\b|\bkudaa?dh?[ua]a?\b|\bparavaa?\s?ill?ai?y?aa?\b|\bok(?:ay)?\s?vaa?\b|\bthappaa?\b|\bnalla irukkumaa?\b"
    r"|వచ్చా|వచ్చునా|కూడద|సరేనా|పర్వాలేదా|పరవాలేదా|పర్లేదా|ఓకేనా|తప్పా|బాగుంటుందా|బావుంటుందా|అశుభ"
    r"|\b\w*vac+h+aa?\b|\bkoodad[ua]a?\b|\bpar(?:va+|a+va+)?le?dh?aa?\b|\btappaa?\b|\bba[gv]u[nm]tundh?aa?\b",
    re.IGNORECASE,
)
_AGAIN: Final = re.compile(
    r"\b(?:repeat(?:ing|ed)?(?!\s(?:pattern|print|motif))|re-?wear(?:ing)?)\b|\bsame\b.*\b(?:again|twice)\b|\bwear\b.*\b(?:again|twice)\b"
    r"|दोबारा|दुबारा|फिर से|रिपीट|ಮತ್ತೆ|ಮತ್ತೊಮ್ಮೆ|ರಿಪೀಟ್|மறுபடி|மீண்டும்|திரும்ப|ரிபீட்|మళ్[ళల]ీ|రిపీట్|\b(?:dobara|dubara|phir se|matte (?=ha+k|ud|dhari)|marupadi(?:yum)?|thirumba|mall?i (?=k[au]t|ves|ka+t))",
    re.IGNORECASE,
)
_MAY_I_REPEAT: Final = re.compile(
    r"\b(?:can|may|could|should|shall)\s+(?:i|we|one)\s+(?:repeat|re-?wear)\b", re.IGNORECASE
)
_WHAT_ABOUT: Final = re.compile(r"\b(?:what|how) about\b|^\s*(?:kya|क्या)\s", re.IGNORECASE)
_OPEN_QUESTION: Final = re.compile(
    r"\b(?:what|which|how|who|whom|where|when)\b|\b(?:kaun|kaunsa|kaunsi|kaunse|konsa|konsi|konse|kaisa|kaise|kaisi|kis|kisse)\b|\bkya\s(?:\w+\s)?p[ea]h[ea]?n"
    r"|\b(?:yaava|yava|yav|yaavudu|yavudu|enu|yenu|yen|hege|enna|endha|entha|edhu|epdi|eppadi|emi|elanti|elaanti)\b"
    r"|कौन|कैस[ाेी]|किस\s|क्या\s(?:\S+\s)?पहन|ಏನು|ಯಾವ|ಹೇಗೆ|என்ன|எந்த|எப்படி|எது|ఏమి|ఏం|ఎలా|\bఏ\s",
    re.IGNORECASE,
)
_OR: Final = words_set("or ya yaa athva athava illa illai illana alladhu leda ledha या अथवा ಅಥವಾ அல்லது లేదా లేక")


def asks_leave(result: Understood) -> bool:
    """Return True when a message asks whether something may be worn; not for "what can I wear", and not for "this or that"."""
    text = " ".join(result.text.replace("’", "'").split())
    is_choice = (
        _OR & set(result.words) and max(len(result.values.get(kind, [])) for kind in ("garments", "colours")) > 1
    )
    return bool(_LEAVE.search(text)) and not is_choice and not _OPEN_QUESTION.search(_WHAT_ABOUT.sub(" ", text))


def asks_leave_for_colour(result: Understood) -> bool:
    """Return True for "may I wear this colour to that occasion", when nothing else is asked for."""
    return bool(
        colours_in(result) and occasions_in(result) and asks_leave(result)
        and not result.has("cues", *_OTHER_ERRANDS) and not result.has("skills") and not result.has("care")
        and not result.has("garments", "jewellery", "watch") and result.budget_max is None
    )  # fmt: skip


def asks_leave_for_garment(result: Understood) -> bool:
    """Return True for "can I wear jeans to a temple", when no colour and nothing else is asked for."""
    return bool(
        len(result.values.get("garments", [])) == 1 and not colours_in(result) and result.has("occasions")
        and asks_leave(result) and not result.has("cues", *_OTHER_ERRANDS) and not result.has("skills")
        and not result.has("care") and result.budget_max is None
    )  # fmt: skip


def asks_leave_to_repeat(result: Understood) -> bool:
    """Return True for "is it ok to repeat an outfit", when nothing else is asked for."""
    asks = _MAY_I_REPEAT.search(result.text) or (_AGAIN.search(result.text) and asks_leave(result))
    return bool(
        asks and not result.has("cues", *_SOUGHT) and not result.has("skills") and not result.has("care")
        and len(result.values.get("garments", [])) < 2 and result.budget_max is None
    )  # fmt: skip


def occasions_in(result: Understood) -> list[str]:
    """Return the occasions of a message, also those behind an "avoid"."""
    return list(dict.fromkeys([*result.values.get("occasions", []), *sorted(result.unwanted.get("occasions", ()))]))


def colours_in(result: Understood) -> list[str]:
    """Return the colours of a message, also those behind a "not"."""
    return list(dict.fromkeys([*result.values.get("colours", []), *sorted(result.unwanted.get("colours", ()))]))
