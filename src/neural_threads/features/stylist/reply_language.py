"""Choose the language of the answer."""

import re
from typing import Final

from neural_threads.features.accounts.enums import Language
from neural_threads.platform.folding import fold, script_of

from .lexicon import words_set
from .shapes import LanguageCode, Turn
from .understanding import Understood, understand

LANGUAGES: Final[dict[Language, LanguageCode]] = {
    Language.ENGLISH: "en",
    Language.HINDI: "hi",
    Language.KANNADA: "kn",
    Language.TAMIL: "ta",
    Language.TELUGU: "te",
}
_ASKED_LANGUAGE: Final = re.compile(
    r"\b(?:in|mein|me|main|lo|la|alli|dalli|il|il)\b|में|ನಲ್ಲಿ|ದಲ್ಲಿ|லில்|ழில்|ல\b|లో", re.IGNORECASE
)
_SOMEBODY: Final = words_set(
    "who whom anyone anybody someone somebody them they he she kaun kisko kise yaru yaarige yaaru yaarukku evaru evariki कौन किसको ಯಾರು ಯಾರಿಗೆ யார் யாருக்கு ఎవరు ఎవరికి"
)
_ANSWER_VERBS: Final = frozenset(
    fold(word)
    for word in words_set(
        "answer reply speak talk tell respond write explain say batao bolo boliye jawab likho samjhao heli "
        "helu matadi maatadi uttara sollu sollunga pesu pesunga cheppu cheppandi matladu matladandi बताओ "
        "बताइए बोलो बोलिए जवाब लिखो समझाओ ಹೇಳಿ ಹೇಳು ಮಾತಾಡಿ ಮಾತನಾಡಿ ಉತ್ತರ ಉತ್ತರಿಸಿ சொல்லு சொல்லுங்க "
        "சொல்லுங்கள் பேசு பேசுங்க பதில் చెప్పు చెప్పండి మాట్లాడు మాట్లాడండి జవాబు సమాధానం pls please"
    )
)


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
