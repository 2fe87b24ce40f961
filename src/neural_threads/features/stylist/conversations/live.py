"""An answer that this process is composing: the segments so far, and the clients that follow it."""

import asyncio
from collections.abc import AsyncIterator

import msgspec

from neural_threads.features.stylist.shapes import Segment

from .shapes import Answer


class Delta(msgspec.Struct, frozen=True):
    """More of the answer's text."""

    text: str


class SegmentReady(msgspec.Struct, frozen=True):
    """One segment of the checked answer."""

    index: int
    segment: Segment


class Done(msgspec.Struct, frozen=True):
    """The whole answer, which replaces everything that was shown of it."""

    answer: Answer


class Gone(msgspec.Struct, frozen=True):
    """There will be no answer: its conversation was deleted."""


AnswerEvent = Delta | SegmentReady | Done | Gone


class LiveAnswer:
    """Keeps every event of one answer, so that whoever comes later hears it from the beginning."""

    def __init__(self, answer_id: str) -> None:
        self.answer_id = answer_id
        self.text = ""
        self.stop_requested = asyncio.Event()
        self._events: list[AnswerEvent] = []
        self._is_over = False
        self._news = asyncio.Event()

    def say(self, text: str) -> None:
        """Add to the answer's text."""
        if text:
            self.text += text
            self.tell(Delta(text))

    def tell(self, event: AnswerEvent) -> None:
        """Add an event; Done and Gone are the last."""
        self._events.append(event)
        self._is_over = isinstance(event, Done | Gone)
        self._wake()

    def end(self) -> None:
        """Let followers go, also when there was no last event: the answer goes on elsewhere."""
        self._is_over = True
        self._wake()

    async def follow(self) -> AsyncIterator[AnswerEvent]:
        """Yield all events from the first to the last."""
        at = 0
        while True:
            news = self._news
            while at < len(self._events):
                yield self._events[at]
                at += 1
            if self._is_over:
                return
            await news.wait()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
