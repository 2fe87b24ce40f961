"""Classify a message's intent: softmax regression over character n-grams and over what the lexicon found.

The weights (`intents.npz`) come from `python -m bench.stylist_training`, which fills templates; they are read at the first question.
"""

import zlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from neural_threads.platform.folding import skeleton

from .shapes import Intent
from .understanding import Understood

if TYPE_CHECKING:
    import numpy as np

INTENTS: Final = tuple(Intent)
NGRAMS: Final = 4096
LEXICAL: Final = 1024
SIZE: Final = NGRAMS + LEXICAL
_CUE_WEIGHT: Final = 0.6


def features(results: Understood) -> dict[int, float]:
    """Return the features of a message, index to value: n-grams of unit length together, and one for each lexical finding."""
    grams = {_slot(gram, NGRAMS) for gram in _ngrams(results)}
    result: dict[int, float] = dict.fromkeys(grams, 1 / max(len(grams), 1) ** 0.5)
    for name in _lexical(results):
        result[NGRAMS + _slot(name, LEXICAL)] = _CUE_WEIGHT
    return result


def _slot(text: str, size: int) -> int:
    return zlib.crc32(text.encode()) % size


def _ngrams(result: Understood) -> Iterator[str]:
    """Yield the 2- to 4-grams of the words' skeletons with their borders, and pairs of words."""
    keys = [f"<{skeleton(word)}>" for word in result.words if not word[0].isdigit()]
    for key in keys:
        for size in (3, 4, 5):
            yield from (key[start : start + size] for start in range(len(key) - size + 1))
    yield from (a + b for a, b in pairwise(keys))


def _lexical(result: Understood) -> Iterator[str]:
    """Yield a name for each finding: cues and kinds of care one by one, the others by their kind."""
    for kind, values in result.values.items():
        if kind in ("cues", "modifiers"):
            yield from (f"{kind}:{value}" for value in values)
        else:
            yield kind
            if len(values) > 1:
                yield f"{kind}:2"
    cues = result.values.get("cues", [])
    yield from (f"{a}+{b}" for a in cues for b in cues if a < b)
    yield from (f"{kind}+{cue}" for kind in result.values if kind not in ("cues", "people") for cue in cues)
    kinds = sorted(kind for kind in result.values if kind not in ("cues", "people", "modifiers"))
    yield from (f"{a}+{b}" for a in kinds for b in kinds if a < b)
    yield from (f"only:{kind}" for kind in result.values if len(result.values) == 1)
    if result.budget_max:
        yield "budget"
    if not result.matches:
        yield "nothing"
    yield f"length:{min(len(result.words) // 4, 4)}"


@cache
def _weights() -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    import numpy as np

    with resources.files(__package__).joinpath("intents.npz").open("rb") as file, np.load(file) as stored:
        return np.asarray(stored["weights"], dtype=np.float32)


def intent_scores(results: Understood) -> dict[Intent, float]:
    """Return how likely each intent is (sum 1), by the classifier alone."""
    import numpy as np

    result = features(results)
    weights = _weights()
    logits = np.array(list(result.values()), dtype=np.float32) @ weights[list(result)] + weights[SIZE]
    likely = np.exp(logits - logits.max())
    likely /= likely.sum()
    return {intent: float(share) for intent, share in zip(INTENTS, likely, strict=True)}
