"""The set of situations: the answers hold for most of it, and none of its sentences was learned."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.scenarios.stylist import turn_of
from bench.stylist_catalogue import DemoCatalogue
from bench.stylist_scoring import SET, judge, shares, situations, wardrobes
from bench.stylist_training import sentences
from neural_threads.features.stylist.answering import answer
from neural_threads.features.stylist.lexicon import KINDS, forms_by_value
from neural_threads.platform.folding import words_of
from neural_threads.platform.serialization.encode import encode

ROWS = situations()
FRESH = situations(SET / "fresh.jsonl")
BLIND = situations(SET / "blind.jsonl")
LEXICON = Path("src/neural_threads/features/stylist/lexicon")


def test_no_sentence_of_the_set_stands_in_lexicon_or_training() -> None:
    known = {tuple(words_of(text)) for _intent, text in sentences()}
    known |= {tuple(words_of(form)) for kind in KINDS for forms in forms_by_value(kind).values() for form in forms}
    rows = [*ROWS, *FRESH, *BLIND]
    said = [row["text"] for row in rows] + [each["text"] for row in rows for each in row["history"]]
    assert not [text for text in said if len(words_of(text)) > 3 and tuple(words_of(text)) in known]
    everything = "\n".join(
        path.read_text("utf-8").lower() for path in [*LEXICON.glob("*.txt"), Path("bench/stylist/templates.txt")]
    )
    assert not [row["id"] for row in rows if len(row["text"]) > 20 and row["text"].lower() in everything]


@pytest.mark.parametrize(
    "rows", [ROWS, [row for row in FRESH if row["half"] == "frozen"], BLIND], ids=["given", "frozen", "blind"]
)
def test_four_of_five_situations_hold_in_each_group(rows: list[dict[str, Any]]) -> None:
    catalogue, clothes = DemoCatalogue(), wardrobes()

    async def judged() -> list[object]:
        return [
            judge(
                row,
                msgspec.json.decode(encode((await answer(turn_of(row, clothes), catalogue)).segments)),
                catalogue.has,
            )
            for row in rows
        ]

    counted = shares(rows, asyncio.run(judged()))  # type: ignore[arg-type]
    for group in ("all", "English", "Indian scripts", "romanised or mixed"):
        assert counted[group][0] >= 0.8, (group, counted[group])
