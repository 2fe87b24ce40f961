"""The set of situations: the answers hold for most of it, and none of its sentences was learned."""

import asyncio
from pathlib import Path

import msgspec

from bench.scenarios.stylist import turn_of
from bench.stylist_catalogue import DemoCatalogue
from bench.stylist_scoring import judge, shares, situations, wardrobes
from bench.stylist_training import sentences
from neural_threads.features.stylist.answering import answer
from neural_threads.features.stylist.lexicon import KINDS, forms_by_value
from neural_threads.platform.folding import words_of
from neural_threads.platform.serialization.encode import encode

ROWS = situations()
LEXICON = Path("src/neural_threads/features/stylist/lexicon")


def test_no_sentence_of_the_set_stands_in_lexicon_or_training() -> None:
    known = {tuple(words_of(text)) for _intent, text in sentences()}
    known |= {tuple(words_of(form)) for kind in KINDS for forms in forms_by_value(kind).values() for form in forms}
    said = [row["text"] for row in ROWS] + [each["text"] for row in ROWS for each in row["history"]]
    assert not [text for text in said if len(words_of(text)) > 3 and tuple(words_of(text)) in known]
    everything = "\n".join(
        path.read_text("utf-8").lower() for path in [*LEXICON.glob("*.txt"), Path("bench/stylist/templates.txt")]
    )
    assert not [row["id"] for row in ROWS if len(row["text"]) > 20 and row["text"].lower() in everything]


def test_four_of_five_situations_hold_in_each_group() -> None:
    catalogue, clothes = DemoCatalogue(), wardrobes()

    async def judged() -> list[object]:
        return [
            judge(
                row,
                msgspec.json.decode(encode((await answer(turn_of(row, clothes), catalogue)).segments)),
                catalogue.has,
            )
            for row in ROWS
        ]

    counted = shares(ROWS, asyncio.run(judged()))  # type: ignore[arg-type]
    for group in ("all", "English", "Indian scripts", "romanised or mixed"):
        assert counted[group][0] >= 0.8, (group, counted[group])
