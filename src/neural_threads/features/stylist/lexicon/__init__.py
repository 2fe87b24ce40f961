"""The words that the stylist knows, as data (one file a kind), and finding them in what people type.

A line is "value: forms"; a form may be several words, in any script; a "*" at its end lets it go on (case endings). A typed word
matches a form, best first: as it stands; by `fold`; by `skeleton`; with a case ending behind it; by `unvoiced` for Tamil script; with one
letter wrong. Read at the first question, not before.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from neural_threads.platform.folding import fold, script_of, skeleton, unvoiced, words_of


def words_set(text: str) -> frozenset[str]:
    """Return the words of a line as a set."""
    return frozenset(text.split())


KINDS: Final = (
    "occasions", "garments", "colours", "fabrics", "places", "skills", "niches", "weather", "times", "languages", "people",
    "negations", "modifiers", "shapes", "care", "cues", "neutral",
)  # fmt: skip

AMBIGUOUS: Final = words_set(
    "male bale ole pet hulu hare hari kari kara kale kare par pe mele mel mela haar sara sire gudi bisi enda chali holi kal sham raat "
    "mon sun wed sat pai peta gre pila nila grin tan dag mark marks lavu potta meda par das teen elu edu char tang nati thin gora gori "
    "aru nulu unni tella kandu belli mund hal h me ki ka ko ke ge la lo na du di da en em aa ra se lu ho ye wo is di nga ku mana k vanda"
    " sau panch oka oru entu do anna maga mama vena alla illa bina mat sari heli helu"
)
"""Words in Latin letters that are also English, or too short to be sure: read as Indian words in an Indian sentence only."""

SUFFIXES: Final = words_set(
    "s es ing ed er ers ly d n ku kku kk k ge ke ki kki ko ka la le lo li lli alli ali ll na nu ni n inda nda da du dala dall ye gu kosam mel oda ala l um a u e i o "
    "ige igi age agi ukku iku aiku athuku atuku atukku tuku tukku vukku tula dalli nali dinda dhu du vu vuku kaga kku kaka nge nga vala vali vale on o ni nu lu lalo lni tho to ulla ula atha akke ake "
    "ikku ile iley il ila ilo ilu lakki laki gala galu galge gale galalli gaga agi agide agidhe aga ga vaga ndi andi unda una nde ide idya ida idu ode odu ru ri r yalli yali yige yinda "
    "ara aru are ar ta te t tu ti v va ve vi ina inu ani alu ula oti okati pu kau im in"
)


_UNSURE: Final = words_set(
    "me main hai hi se he na no a la en ka ki ku da di h ho aa ra lo ko ke ge adu aur ma du lu u par pe yen em ek oka so to do toh mari onnu lac amma anna akka maga guru"
)
"""Little words that several languages share, or that English has too."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say a value: its words, and whether the last may go on."""

    kind: str
    value: str
    words: tuple[str, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A form found in a text: words `start` to `end` (exclusive), and how surely (0-1)."""

    kind: str
    value: str
    start: int
    end: int
    quality: float
    form: str


def lines_of(name: str) -> Iterator[tuple[str, list[str]]]:
    """Yield value and forms of each line of a file of this folder."""
    text = resources.files(__package__).joinpath(f"{name}.txt").read_text("utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            value, _, forms = line.partition(":")
            yield value.strip(), [form.strip() for form in forms.split(",") if form.strip()]


class Index:
    """All forms, found by their first word in any of the ways in which a typed word may match it."""

    def __init__(self, forms: Iterable[Form], english: frozenset[str], little: Mapping[str, frozenset[str]]) -> None:
        self._english = english
        self._little = little
        self._by: dict[str, dict[str, list[Form]]] = {
            way: defaultdict(list) for way in ("raw", "fold", "skeleton", "unvoiced", "typo")
        }
        for form in forms:
            first = form.words[0]
            self._by["raw"][first].append(form)
            self._by["fold"][fold(first)].append(form)
            self._by["skeleton"][skeleton(first)].append(form)
            self._by["unvoiced"][unvoiced(first)].append(form)
            if first.isascii() and len(first) >= 6:
                for key in _deletes(first):
                    self._by["typo"][key].append(form)

    def language_of(self, words: Sequence[str]) -> str:
        """Return the language of words: by script, in Latin letters by its little words; "en" when there are none."""
        script = script_of(" ".join(words))
        if script:
            return script
        scores = {
            language: sum(
                (0.4 if word in self._english or word in _UNSURE else 1.0) for word in words if word in little
            )
            for language, little in self._little.items()
        }
        best = max(scores, key=lambda language: scores[language])
        return best if scores[best] >= 0.8 else "en"

    def find(self, words: Sequence[str], *, language: str) -> list[Match]:
        """Return what stands in the words; of the same kind no match within a longer one."""
        matches: dict[tuple[str, str, int, int], Match] = {}
        for start in range(len(words)):
            for form in self._candidates(words[start], language):
                match = self._match(words, start, form, language)
                if match and match.quality > (
                    old.quality if (old := matches.get((match.kind, match.value, match.start, match.end))) else 0
                ):
                    matches[match.kind, match.value, match.start, match.end] = match
        return _longest(_meant(words, list(matches.values())))

    def _is_common(self, word: str, language: str) -> bool:
        """Return True for words that mean only themselves: frequent in English, or little words of the text's language."""
        return word in self._english or (len(word) <= 5 and word in self._little.get(language, ()))

    def _candidates(self, word: str, language: str) -> Iterator[Form]:
        yield from self._by["raw"].get(word, ())
        if self._is_common(word, language) or (language == "en" and len(word) < 4):
            return
        yield from self._by["fold"].get(fold(word), ())
        yield from self._by["skeleton"].get(skeleton(word), ())
        for key, way in ((fold(word), "fold"), (skeleton(word), "skeleton")):
            for length in range(len(key) - 1, 2, -1):
                yield from self._by[way].get(key[:length], ())
        if script_of(word) == "ta":
            key = unvoiced(word)
            for length in range(len(key), 2, -1):
                yield from self._by["unvoiced"].get(key[:length], ())
        if word.isascii() and len(word) >= 6:
            for key in _deletes(word):
                yield from self._by["typo"].get(key, ())

    def _match(self, words: Sequence[str], start: int, form: Form, language: str) -> Match | None:
        end = start + len(form.words)
        if end > len(words):
            return None
        quality = 1.0
        for position, (text, known) in enumerate(zip(words[start:end], form.words, strict=True)):
            is_last = position == len(form.words) - 1
            alike = (
                1.0
                if text == known and len(form.words) > 1
                else _alike(text, known, is_last and form.is_open, language, self._is_common(text, language))
            )
            if not alike or (alike < 0.8 and len(form.words) > 1 and not is_last):
                return None
            quality = min(quality, alike)
        return Match(form.kind, form.value, start, end, quality, " ".join(form.words))


def _alike(text: str, known: str, is_open: bool, language: str, is_common: bool) -> float:
    """Return how surely the typed word is the known one, 0-1. `language`: that of the text; only words of it may be spelled freely."""
    if text == known:
        return 0.0 if language == "en" and known in AMBIGUOUS else 1.0
    if is_common or text in AMBIGUOUS:
        return 0.0
    typed_script, known_script = _script(text), _script(known)
    if typed_script and typed_script == known_script:
        return _alike_native(text, known, is_open, typed_script)
    if known_script and (typed_script or known_script != language):
        return 0.0
    a, b = fold(text), fold(known)
    is_across = bool(typed_script or known_script)
    if a == b and len(a) >= (5 if language == "en" else 4 if is_across else 3) and len(text) > 3:
        return 0.95
    s, t = skeleton(text), skeleton(known)
    if s == t and len(s) >= (5 if language == "en" else 4):
        return 0.88
    if language == "en":
        return _alike_english(text, known)
    endings = max(_with_ending(a, b, is_open, 5 if is_across else 4), _with_ending(s, t, is_open, 5) - 0.02)
    return max(endings, _tamil(text, known, is_open) if typed_script == "ta" else 0.0, _typo(text, known))


@lru_cache(maxsize=20_000)
def _script(word: str) -> str | None:
    return None if word.isascii() else script_of(word)


def _alike_english(text: str, known: str) -> float:
    if (
        known.isascii()
        and len(known) > 3
        and text.startswith(known)
        and text[len(known) :] in ("s", "es", "ed", "ing", "er")
    ):
        return 0.85
    return _typo(text, known)


def _alike_native(text: str, known: str, is_open: bool, script: str) -> float:
    """Both in the same Indian script, where spelling says more: endings and vowel signs may differ."""
    a, b = fold(text), fold(known)
    if a == b:
        return 0.95
    s, t = skeleton(text), skeleton(known)
    if s == t and len(s) >= 3:
        return 0.9
    if is_open:
        return 0.85 if text.startswith(known) or (len(b) >= 4 and a.startswith(b)) else 0.0
    if script == "hi":
        return (
            0.8
            if len(t) >= 3 and s.startswith(t) and s[len(t) :] in ("on", "o", "e", "i", "en", "in", "ion", "io", "n")
            else 0.0
        )
    stem = known[:-1] if unicodedata.combining(known[-1]) or unicodedata.category(known[-1]) in ("Mc", "Mn") else known
    if len(stem) >= 3 and text.startswith(stem) and len(text) - len(stem) <= 8 and len(b) >= 4:
        return 0.8
    return _tamil(text, known, is_open) if script == "ta" else 0.0


def _with_ending(a: str, b: str, is_open: bool, least: int) -> float:
    """The known word with a case ending; its own last vowel may give way to it."""
    if len(b) < (3 if is_open else least):
        return 0.0
    stem = b if a.startswith(b) else b[:-1] if b[-1] in "aeiou" and len(b) > 4 and a.startswith(b[:-1]) else ""
    if not stem:
        return 0.0
    return 0.85 if is_open else 0.8 if a[len(stem) :] in SUFFIXES else 0.0


def _tamil(text: str, known: str, is_open: bool) -> float:
    a, b = unvoiced(text), unvoiced(known)
    if a == b and len(a) >= 4:
        return 0.8
    return _with_ending(a, b, is_open, 5) - 0.05


def _typo(text: str, known: str) -> float:
    if not (text.isascii() and known.isascii()) or min(len(text), len(known)) < 6 or abs(len(text) - len(known)) > 1:
        return 0.0
    return 0.75 if text[0] == known[0] and len(text) >= 7 and _is_near(text, known) else 0.0


def _is_near(a: str, b: str) -> bool:
    """Return True when one letter is wrong, missing, too many, or two neighbours are swapped."""
    if len(a) == len(b):
        wrong = [i for i in range(len(a)) if a[i] != b[i]]
        return len(wrong) == 1 or (
            len(wrong) == 2 and wrong[1] == wrong[0] + 1 and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]
        )
    short, long = sorted((a, b), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def _deletes(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


_SURE: Final = 0.96


def _meant(words: Sequence[str], matches: list[Match]) -> list[Match]:
    """Drop guesses where the word stands in the lexicon as typed, and what lies within a phrase that means something else.

    "concert" is no misspelt "convert"; in "short notice" nobody is short.
    """
    known = {match.start for match in matches if match.quality > _SURE}
    phrases = [(match.start, match.end) for match in matches if match.kind == "neutral" and match.quality > _SURE]
    itself = {start for start, end in phrases if end == start + 1}
    return [
        match
        for match in matches
        if match.kind != "neutral"
        and (
            match.quality > _SURE
            or match.end - match.start > 1
            or match.start not in known
            or (match.start not in itself and len(match.form) > 4 and words[match.start].startswith(match.form[:-1]))
        )
        and not any(
            start <= match.start and match.end <= end and match.end - match.start < end - start
            for start, end in phrases
        )
    ]


def _longest(matches: list[Match]) -> list[Match]:
    """Drop a match that lies within a longer one of its kind, or that is worse than another at its place."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.start - m.end, -m.quality, m.start)):
        rivals = [
            other for other in kept
            if other.kind == match.kind and other.start <= match.start and match.end <= other.end
        ]  # fmt: skip
        same = [other for other in rivals if (other.start, other.end) == (match.start, match.end)]
        if len(rivals) > len(same) or any(other.quality > match.quality + 0.04 for other in same):
            continue
        kept.append(match)
    return sorted(kept, key=lambda m: (m.start, m.end, m.kind, m.value))


@cache
def index() -> Index:
    """Return the index over all kinds; built once, at the first question."""
    english = frozenset(
        word
        for line in resources.files(__package__).joinpath("english.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
        for word in line.split()
    )
    forms = [
        Form(kind, value, words, form.endswith("*"))
        for kind in KINDS
        for value, listed in lines_of(kind)
        for form in listed
        if (words := tuple(words_of(form.rstrip("*"))))
    ]
    little = {language: frozenset(forms) for language, forms in lines_of("roman")}
    return Index(forms, english, little)


@cache
def english_words() -> frozenset[str]:
    """Return the frequent English words."""
    return index()._english


def forms_by_value(kind: str) -> Mapping[str, list[str]]:
    """Return the forms of each value of a kind, for training data and tests."""
    return {value: [form.rstrip("*") for form in forms] for value, forms in lines_of(kind)}


_CLAUSE: Final = re.compile(r"[.;!?।,\n]+(?=\s|$)|[\n।]")


LONGEST_WORD: Final = 40
MOST_WORDS: Final = 400


def clauses_of(text: str) -> list[list[str]]:
    """Return the words of each clause of a text: the first 400, each cut at 40 letters, so that no message takes long to read."""
    clauses, left = [], MOST_WORDS
    for part in _CLAUSE.split(text):
        words = [word[:LONGEST_WORD] for word in words_of(part)[:left]]
        left -= len(words)
        if words:
            clauses.append(words)
    return clauses
