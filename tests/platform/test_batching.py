"""Questions are gathered while others are being answered, and each gets its own answer."""

import asyncio
from collections.abc import Mapping, Sequence

from neural_threads.platform.batching import Batcher


class Tailor:
    """Answers with the length of a word, when told to."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.may_answer = asyncio.Event()
        self.trouble: Exception | None = None

    async def __call__(self, words: Sequence[str]) -> Mapping[str, int]:
        self.asked.append(sorted(words))
        await self.may_answer.wait()
        if self.trouble:
            raise self.trouble
        return {word: len(word) for word in words if word != "nothing"}


async def asking(lengths: Batcher[str, int], *words: str) -> list[asyncio.Task[int | None]]:
    tasks = [asyncio.create_task(lengths.get(word)) for word in words]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_those_who_come_meanwhile_are_asked_together_and_never_join_the_one_under_way():
    tailor = Tailor()
    lengths = Batcher(tailor)
    first = await asking(lengths, "silk")
    later = await asking(lengths, "silk", "zari", "nothing", "silk")
    tailor.may_answer.set()
    assert await asyncio.gather(*first, *later) == [4, 4, 4, None, 4]
    assert tailor.asked == [["silk"], ["nothing", "silk", "zari"]]


async def test_one_who_leaves_takes_nobody_along():
    tailor = Tailor()
    lengths = Batcher(tailor)
    first = await asking(lengths, "silk")
    leaving, staying = await asking(lengths, "lace", "lace")
    first[0].cancel()
    leaving.cancel()
    tailor.may_answer.set()
    assert await staying == 4
    assert await lengths.get("cotton") == 6


async def test_trouble_is_told_to_all_who_wait_at_once_and_is_over_with_them():
    tailor = Tailor()
    lengths = Batcher(tailor)
    waiting = [*await asking(lengths, "silk"), *await asking(lengths, "lace")]
    tailor.trouble = LookupError("the tape is torn")
    tailor.may_answer.set()
    told = await asyncio.gather(*waiting, return_exceptions=True)
    assert [str(one) for one in told] == ["the tape is torn"] * 2
    assert tailor.asked == [["silk"]]
    tailor.trouble = None
    assert await lengths.get("lace") == 4
