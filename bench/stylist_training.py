"""Learn the weights of the stylist's classifier of intents from templates: python -m bench.stylist_training."""

import random
import re
from pathlib import Path

import numpy as np

from neural_threads.features.stylist.intents import INTENTS, SIZE, features
from neural_threads.features.stylist.lexicon import forms_by_value
from neural_threads.features.stylist.shapes import Intent
from neural_threads.features.stylist.understanding import understand

TEMPLATES = Path(__file__).parent / "stylist" / "templates.txt"
WEIGHTS = Path("src/neural_threads/features/stylist/intents.npz")
KINDS = {
    "occ": "occasions", "garm": "garments", "col": "colours", "fab": "fabrics", "place": "places", "skill": "skills", "niche": "niches",
    "lang": "languages", "time": "times", "weather": "weather", "shape": "shapes", "care": "care",
}  # fmt: skip
PRICES = ("20k", "5000", "10,000", "15k", "8000 rupees", "30k", "6000", "2 lakh", "12 hazar")
COPIES = 8
STEPS = 400
RATE = 4.0
DECAY = 2e-5


def sentences(seed: int = 7) -> list[tuple[Intent, str]]:
    """Return the training sentences: each template, filled several times."""
    rng = random.Random(seed)
    forms = {
        name: [form for listed in forms_by_value(kind).values() for form in listed] for name, kind in KINDS.items()
    }

    def fill(found: "re.Match[str]") -> str:
        return rng.choice(PRICES) if found[1] == "price" else rng.choice(forms[found[1]])

    written = []
    for line in TEMPLATES.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            intent, _, listed = line.partition(":")
            for template in listed.split("|"):
                copies = COPIES if "{" in template else 3
                written += [(Intent(intent), re.sub(r"\{(\w+)\}", fill, template.strip())) for _ in range(copies)]
    return written


def train() -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Return the weights, features by intents, the bias in the last row: full-batch gradient descent, classes weighed alike."""
    rows = sentences()
    data = np.zeros((len(rows), SIZE + 1), dtype=np.float32)
    truth = np.zeros((len(rows), len(INTENTS)), dtype=np.float32)
    for row, (intent, text) in enumerate(rows):
        found = features(understand(text))
        data[row, list(found)] = list(found.values())
        data[row, SIZE] = 1
        truth[row, INTENTS.index(intent)] = 1
    weigh = (truth / truth.sum(axis=0)).sum(axis=1, keepdims=True) / len(INTENTS)
    used = np.flatnonzero(data.any(axis=0))
    small, weights, speed = data[:, used], np.zeros((len(used), len(INTENTS)), dtype=np.float32), 0.0
    for _ in range(STEPS):
        logits = small @ weights
        likely = np.exp(logits - logits.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        slope = small.T @ ((likely - truth) * weigh) + DECAY * weights
        speed = 0.9 * speed - RATE * slope
        weights = weights + speed
    whole = np.zeros((SIZE + 1, len(INTENTS)), dtype=np.float32)
    whole[used] = weights
    return whole


if __name__ == "__main__":
    np.savez_compressed(WEIGHTS, weights=train().astype(np.float16))
