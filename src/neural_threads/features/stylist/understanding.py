"""Find in a message its language, its slots and what it does not want; earlier messages complete it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Final

import msgspec

from neural_threads.features.accounts.enums import Language, Location, Niche, Skill
from neural_threads.platform.folding import fold, script_of, words_of

from .lexicon import LONGEST_WORD, MOST_WORDS, Match, clauses_of, english_words, index, lines_of, words_set
from .measurements import height_in, shape_in
from .shapes import LanguageCode, Turn

LANGUAGES: Final[dict[Language, LanguageCode]] = {
    Language.ENGLISH: "en",
    Language.HINDI: "hi",
    Language.KANNADA: "kn",
    Language.TAMIL: "ta",
    Language.TELUGU: "te",
}
NEAR: Final = {"near_mg": Location.MG_ROAD, "near_commercial": Location.COMMERCIAL_STREET}
_NEGATABLE: Final = frozenset({"garments", "colours", "fabrics", "niches", "modifiers", "occasions", "places"})
_TRADES: Final = frozenset({"designer", "tailor"})
_PRONOUNS: Final = words_set(
    "uske iske usko isko adu adanna idu adhu idhu adi idi athu ithu that this it those them उसके इसके ಅದು ಅದನ್ನು ಇದು அது இது అది ఇది"
)
_LEAVE: Final = words_set("without except lose drop ditch remove skip hate leave swap change replace")
_ASKED_LANGUAGE: Final = re.compile(
    r"\b(?:in|mein|me|main|lo|la|alli|dalli|il|il)\b|में|ನಲ್ಲಿ|ದಲ್ಲಿ|லில்|ழில்|ல\b|లో", re.IGNORECASE
)
_WHICH: Final = words_set(
    "which what kaunsa kaunsi kaunse konsa konsi konse kaun kon yaava yava yav yaav yavudu yavdu enna entha endha evlo edhu e ye ea em emi elanti "
    "कौन कौनसा कौनसी कौनसे किस ಯಾವ ಯಾವ್ ಯಾವುದು ಎಂಥ என்ன எந்த எப்படி ఏ ఏం ఏమి ఎలాంటి ఎటువంటి"
)
_LESS: Final = words_set("too less zyada jyada zyaada jaasti jasti ekkuva ज़्यादा ज्यादा ಜಾಸ್ತಿ ఎక్కువ")
"""Before a style these words ask for less of it: "too formal", "less ethnic"."""
_SOMEBODY: Final = words_set(
    "who whom anyone anybody someone somebody them they he she kaun kisko kise yaru yaarige yaaru yaarukku evaru evariki कौन किसको ಯಾರು ಯಾರಿಗೆ யார் யாருக்கு ఎవరు ఎవరికి"
)
_ANSWER_VERBS: Final = frozenset(
    fold(word)
    for word in [
        "answer",
        "reply",
        "speak",
        "talk",
        "tell",
        "respond",
        "write",
        "explain",
        "say",
        "batao",
        "bolo",
        "boliye",
        "jawab",
        "likho",
        "samjhao",
        "heli",
        "helu",
        "matadi",
        "maatadi",
        "uttara",
        "sollu",
        "sollunga",
        "pesu",
        "pesunga",
        "cheppu",
        "cheppandi",
        "matladu",
        "matladandi",
        "बताओ",
        "बताइए",
        "बोलो",
        "बोलिए",
        "जवाब",
        "लिखो",
        "समझाओ",
        "ಹೇಳಿ",
        "ಹೇಳು",
        "ಮಾತಾಡಿ",
        "ಮಾತನಾಡಿ",
        "ಉತ್ತರ",
        "ಉತ್ತರಿಸಿ",
        "சொல்லு",
        "சொல்லுங்க",
        "சொல்லுங்கள்",
        "பேசு",
        "பேசுங்க",
        "பதில்",
        "చెప్పు",
        "చెప్పండి",
        "మాట్లాడు",
        "మాట్లాడండి",
        "జవాబు",
        "సమాధానం",
        "reply",
        "pls",
        "please",
    ]
)


class Understood(msgspec.Struct, kw_only=True):
    """The findings in one message. Sets of values by kind; `unwanted` holds what is not wanted, by kind."""

    text: str
    words: list[str]
    language: str
    matches: list[Match]
    values: dict[str, list[str]]
    unwanted: dict[str, set[str]]
    budget_max: int | None = None
    is_follow_up: bool = False

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


def understand(text: str) -> Understood:
    """Return what one message says by itself."""
    clauses = clauses_of(text)
    language = index().language_of([word for words in clauses for word in words])
    matches: list[Match] = []
    values: dict[str, list[str]] = {}
    unwanted: dict[str, set[str]] = {}
    before = 0
    for words in clauses:
        result = _without_origins(index().find(words, language=language))
        rejected = _rejected(words, result)
        for match in result:
            if match.kind == "negations":
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
    )


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
        elif behind:
            last = max(m.end for m in behind)
            rejected += [m for m in behind if m.end == last]
    return rejected


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


# Money


@cache
def _numbers() -> dict[str, float]:
    known: dict[str, float] = {}
    for value, forms in lines_of("numbers"):
        for form in (form.rstrip("*") for form in forms if " " not in form):
            known[form] = float(value)
            if fold(form) != "at":  # As "aath" (8) folds; "ten thousand at most" is no 10,008.
                known.setdefault(fold(form), float(value))
    return known


@cache
def _open_numbers() -> list[tuple[str, float]]:
    return [
        (form.rstrip("*"), float(value)) for value, forms in lines_of("numbers") for form in forms if form.endswith("*")
    ]


_NO_NUMBERS: Final = ("ಲಕ್ಷಣ", "लक्षण", "லட்சண", "லட்சிய", "లక్షణ", "లక్ష్య")
"""Begin like a lakh and are none: elegance, a trait, an aim."""
_MONEY: Final = re.compile(r"^(?:₹|rs|inr)?(\d[\d,]*(?:\.\d+)?)(k|l|rs|thousand|lakh|lakhs|hazar)?$")
_SMALL: Final = re.compile(
    r"(?:₹|\brs\.?)\s*(\d{1,3})\b(?![,.]\d)|\b(\d{1,3})\s*(?:rupees?|rs|bucks|रुपय|रुपए|ರೂ|ரூ|రూ)", re.IGNORECASE
)
"""An amount below 300 counts only with its currency; "under 30" may be an age."""
_GRAND: Final = re.compile(r"(\d)\s*grand\b", re.IGNORECASE)
_HALVES: Final = re.compile(r"\b(\w+) and (?:a )?half\b|\b(?:sa+d+h?e)\s+(\w+)|(?:साढ़े|साढ़े)\s+(\S+)", re.IGNORECASE)
"""Ways to say a half more than a number: "two and a half thousand", "saadhe teen hazar"."""
_SIGNS: Final = re.compile(
    r"₹|\brs\b|rupee|rupay|budget|under|below|within|max|upto|up to|less than|around|kulla|ullage|olage|olagade|andar|tak|kam|lopu|lope|range|price|cost|spend|afford|"
    r"बजट|रुपय|रुपए|रुपये|अंदर|तक|कम|ಬಜೆಟ್|ರೂ|ಒಳಗ|ಕಡಿಮೆ|பட்ஜெட்|ரூ|குள்ள|உள்ள|க்குள்|கீழ|బడ్జెట్|రూ|లోపు|లోపల|తక్కువ",
    re.IGNORECASE,
)


def budget_in(text: str) -> int | None:
    """Return the amount in INR that a text names: "20k", "₹6,000", "do hazar", "ಐದು ಸಾವಿರ", "இருபதாயிரம்". None when there is none."""
    text = _HALVES.sub(_with_half, text)
    words = [word[:LONGEST_WORD] for word in words_of(_GRAND.sub(r"\1k", text.replace("₹", " ₹")))[:MOST_WORDS]]
    best: float | None = None
    position = 0
    while position < len(words):
        amount, used, is_money = _amount(words[position:])
        if amount is not None and 300 <= amount <= 5_000_000 and (is_money or _SIGNS.search(text)):
            best = amount if best is None else max(best, amount)
        position += used
    if best is None and (small := _SMALL.search(text)):
        best = float(small[1] or small[2])
    return round(best) if best else None


def _with_half(match: "re.Match[str]") -> str:
    """Return "3.5" for "saadhe teen"; the words themselves when they name no number below a hundred."""
    number = _number((match[1] or match[2] or match[3]).lower())[0]
    return match[0] if number is None or number >= 100 else f"{number + 0.5:g}"


def _amount(words: Sequence[str]) -> tuple[float | None, int, bool]:
    """Read an amount from the first words: the number, how many words it took, and whether its form says that it is money."""
    total, current, used, is_money = 0.0, None, 0, False
    if words[0] == "k":
        return None, 1, False
    for word in words[:6]:
        number, unit = _number(word)
        if number is None:
            break
        used += 1
        if unit or number >= 100:
            is_money = is_money or number >= 1000 or bool(unit) or word.startswith("₹")
        if number >= 100 and current is not None and not unit and not word[0].isdigit():
            current *= number
            is_money = True
        elif current and (word[0].isdigit() or current < number < 10):
            current = number  # A range: "2-3 hazar", "do teen hazar" name the most.
        else:
            current = (current or 0) + number
        if unit or number >= 1000:
            total, current = total + current, None
    if used and words[0].startswith("₹"):
        is_money = True
    amount = total + (current or 0) if used else None
    if amount is not None and 1900 < amount < 2100 and words[0].isdigit():
        is_money = False
    return amount, max(used, 1), is_money


def _number(word: str) -> tuple[float | None, str]:
    """Return the value of a number word and the unit that was written onto it."""
    word = unicodedata.normalize("NFKC", "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in word))
    match = _MONEY.match(word)
    if match:
        unit = match[2] or ""
        factor = {"k": 1000, "thousand": 1000, "hazar": 1000, "l": 100_000, "lakh": 100_000, "lakhs": 100_000}.get(
            unit, 1
        )
        return float(match[1].replace(",", "")) * factor, unit
    known = _numbers().get(word)
    if known is None and (not word.isascii() or (len(word) > 3 and word not in english_words())):
        known = _numbers().get(fold(word))
    if known is None and not word.isascii():
        known = next((value for form, value in _open_numbers() if word.startswith(form)), None)
        known = None if word.startswith(_NO_NUMBERS) else known
    return known, ""


# Language of the answer


def answer_language(turn: Turn, result: Understood) -> LanguageCode:
    """Return the language to answer in.

    One that was asked for, now or earlier, wins; then the script that is typed; then, for an Indian language in Latin letters,
    the interface language; then English. A message without words ("👍") speaks like the one before it.
    """
    target = _asked_language(turn, result)
    if target:
        return target
    script = script_of(turn.message)
    if script in ("hi", "kn", "ta", "te"):
        return script  # type: ignore[return-value]
    if not any(word.isalpha() for word in result.words):
        earlier = next((each.text for each in reversed(turn.history) if each.role == "user"), None)
        return (script_of(earlier) or turn.language) if earlier else turn.language  # type: ignore[return-value]
    return turn.language if result.language != "en" else "en"


def _asked_language(turn: Turn, result: Understood) -> LanguageCode | None:
    """Return the language that the newest message which asks for one asks for: "reply in Kannada", "हिंदी में बताओ"."""
    texts = [turn.message] + [each.text for each in reversed(turn.history) if each.role == "user"]
    for text in texts:
        one = result if text is turn.message else understand(text)
        if not one.spoken or one.has("cues", "designer", "tailor") or _SOMEBODY & set(one.words):
            continue
        verbs = {fold(word) for word in one.words} & _ANSWER_VERBS
        if verbs and _ASKED_LANGUAGE.search(text):
            return LANGUAGES[one.spoken[-1]]
        if len(one.words) <= 3 and _ASKED_LANGUAGE.search(text):
            return LANGUAGES[one.spoken[-1]]
    return None
