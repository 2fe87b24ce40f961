"""The demo's pictures for tests: one of each cut is drawn, and lies under the names of all that are cut alike."""

import os
import shutil
from collections.abc import Hashable
from datetime import UTC, datetime
from pathlib import Path

from neural_threads.demo.art import Drawing, Portrait, draw_all
from neural_threads.demo.world import build
from neural_threads.platform.images.folder import Folder


def sketch_demo(folder: Path) -> None:
    """Fill `folder` so that `neural-threads demo` finds nothing left to draw: some thirty drawings instead of five hundred."""
    alike: dict[Hashable, list[Drawing | Portrait]] = {}
    for image in dict.fromkeys(build("", datetime.now(UTC)).pictures):
        alike.setdefault(_cut_of(image), []).append(image)
    draw_all([first for first, *_others in alike.values()], folder)
    store = Folder(folder)
    for first, *others in alike.values():
        for other in others:
            _lend(store, first.public_id, other.public_id)


def _cut_of(image: Drawing | Portrait) -> Hashable:
    return (image.cut, image.transparent) if isinstance(image, Drawing) else "portrait"


def _lend(store: Folder, drawn: str, name: str) -> None:
    original = store.original(name)
    if original.exists():
        return
    smaller = store.derivative(drawn, 0, "").parent
    shutil.copytree(smaller, store.derivative(name, 0, "").parent, copy_function=os.link, dirs_exist_ok=True)
    original.parent.mkdir(parents=True, exist_ok=True)
    os.link(store.original(drawn), original)
