"""The known words by which a typed one may be meant: of the same meaning, in any of five languages, or of the same sound."""

import re
from collections.abc import Sequence

from neural_threads.platform.db import Db
from neural_threads.platform.folding import script_of

from .fuzzy import MOST_WORDS, Known
from .kinds import Kind
from .sounds import words_sounding_like
from .vocabulary import concepts_of, is_known, same_words, spelling

MOST_MEANT = 30

PRESENT = """
select w.word::text from search_words w where w.kind = %(kind)s::text and w.word = any(%(words)s::text[]) order by w.word
"""


# words_of() of the database splits words here, as if these signs were punctuation.
JOINTS = re.compile("[\u093c\u094d\u0bcd\u0c4d\u0cbc\u0ccd]")


def _unsplit(text: str, known: Sequence[Known]) -> list[Known]:
    """Return the known words with those of Indian scripts in one piece again."""
    whole = [word for word in map(spelling, text.split()) if JOINTS.search(word)]
    pieces = {piece for word in whole for piece in JOINTS.split(word)}
    unsplit = [one for one in known if one.typed not in pieces] + [Known(word, False, [], []) for word in whole]
    return unsplit[:MOST_WORDS]


async def meant_words(db: Db, kind: Kind, text: str, split: Sequence[Known]) -> list[list[str]]:
    """Return for each typed word all that it may stand for, the most freely: begun, of its meaning, sounding or spelled alike.

    A word of the vocabulary is no misspelling: "skirt" does not stand for "shirt". A word of an Indian script that we do not
    know is tried by its sound.
    """
    known = _unsplit(text, split)
    meanings = [{spelling(word) for word in same_words(one.typed)} for one in known]
    asked = sorted(set().union(*meanings))
    present = await db.all(str, PRESENT, kind=kind, words=asked) if asked else []
    foreign = [one.typed for one, words in zip(known, meanings, strict=True) if not words and script_of(one.typed)]
    sounding = dict(zip(foreign, await words_sounding_like(db, kind, foreign), strict=True)) if foreign else {}
    return [
        list(dict.fromkeys([*one.tiers[1], *_of(present, words), *sounding.get(one.typed, []), *_alike(one)]))
        for one, words in zip(known, meanings, strict=True)
    ]


def _of(present: Sequence[str], words: set[str]) -> list[str]:
    return [word for word in present if spelling(word) in words][:MOST_MEANT]


def _alike(one: Known) -> list[str]:
    """Return the words spelled alike, without those that mean something else than what was typed."""
    if not is_known(one.typed):
        return one.alike
    meant = set(concepts_of(one.typed))
    return [word for word in one.alike if meant & set(concepts_of(word))]
