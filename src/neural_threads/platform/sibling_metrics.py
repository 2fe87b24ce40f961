"""The figures of all processes behind one listening socket, as one answer to whoever of them is asked.

Each process offers its own figures on a UNIX socket in a folder that only our account may enter. The labels `process` keep
them apart, so Prometheus adds up or compares as it likes (`sum without (process) (…)`).
"""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from .process_board import own_place

PATIENCE = 1.0
"""Seconds for one process to answer; the figures of one that does not are missing."""

_folder: Path | None = None


async def offer_figures(folder: Path, figures: Callable[[], bytes]) -> asyncio.Server:
    """Answer everybody who connects to this process's socket in `folder` with what `figures` returns."""
    global _folder
    place = own_place()
    assert place is not None
    _folder = folder

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(figures())
        await writer.drain()
        writer.close()

    path = _socket(folder, place.place)
    path.unlink(missing_ok=True)
    return await asyncio.start_unix_server(answer, path)


async def sibling_figures() -> dict[int, bytes]:
    """Return the figures of the other processes that serve, by their places; empty where this process serves alone."""
    own, folder = own_place(), _folder
    if own is None or folder is None:
        return {}
    places = [place for place in own.board.serving() if place != own.place]
    answers = await asyncio.gather(*(_ask(_socket(folder, place)) for place in places))
    return {place: answer for place, answer in zip(places, answers, strict=True) if answer}


async def _ask(path: Path) -> bytes:
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                return await reader.read(-1)
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return b""


def _socket(folder: Path, place: int) -> Path:
    return folder / f"figures-{place}"


def merged(texts: Iterable[tuple[int, bytes]]) -> bytes:
    """Put several answers in Prometheus's text form into one, each sample with its process; a metric's lines stay together."""
    heads: dict[str, list[str]] = {}
    samples: dict[str, list[str]] = {}
    for place, text in texts:
        name = ""
        for line in text.decode().splitlines():
            if line.startswith("#"):
                name = line.split(" ", 3)[2]
                known = heads.setdefault(name, [])
                if line not in known:
                    known.append(line)
            elif line:
                samples.setdefault(name, []).append(_labelled(line, place))
    lines = [line for name, head in heads.items() for line in (*head, *samples.get(name, ()))]
    return ("\n".join(lines) + "\n").encode()


def _labelled(sample: str, place: int) -> str:
    name, brace, rest = sample.partition("{")
    if brace:
        return f'{name}{{process="{place + 1}",{rest}'
    name, _, value = sample.partition(" ")
    return f'{name}{{process="{place + 1}"}} {value}'
