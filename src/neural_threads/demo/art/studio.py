"""The studio: turns documents into WebP files, two at a time, and draws only what is not there yet."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from neural_threads.demo.art.catalogue import Drawing, image_svg
from neural_threads.demo.art.portrait import Portrait, portrait_svg
from neural_threads.platform.compute.bounded_process import follow_parent
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.resize import encoded, narrowed, prepare_drawing

READY_MADE = (800, 400, 200)  # widths that pages ask for: made while the picture is still in memory


@dataclass(frozen=True)
class Drawn:
    """A picture that lies in the folder."""

    public_id: str
    width: int
    height: int
    size: int
    sha256: bytes
    content_type: str = "image/webp"


def svg_of(picture: Drawing | Portrait) -> str:
    """The document that draws this picture."""
    return portrait_svg(picture) if isinstance(picture, Portrait) else image_svg(picture)


def draw_all(pictures: Iterable[Drawing | Portrait], folder: Path, workers: int = 2) -> list[Drawn]:
    """Draw what is missing in `folder`; answers every picture, once each, in the order given."""
    wanted = list(dict.fromkeys(pictures))
    store = Folder(folder)
    missing = [picture for picture in wanted if not store.original(picture.public_id).exists()]
    if missing:
        with ProcessPoolExecutor(min(workers, len(missing)), get_context("spawn"), _prepare) as pool:
            for _ in pool.map(_draw, missing, [folder] * len(missing), chunksize=4):
                pass
    return [drawn(picture, store) for picture in wanted]


def draw_on(pictures: Iterable[Drawing | Portrait], folder: Path, workers: int = 2) -> Iterator[Drawn | None]:
    """Draw what is missing in `folder`, first what somebody waits for; yields each as soon as it lies there.

    None once a second while nothing is ready, so that the caller may stop.
    """
    store = Folder(folder)
    waiting = {one.public_id: one for one in pictures if not store.original(one.public_id).exists()}
    store.wishes.mkdir(parents=True, exist_ok=True)
    drawing: dict[Future[None], Drawing | Portrait] = {}
    with ProcessPoolExecutor(workers, get_context("spawn"), _prepare) as pool:
        try:
            while waiting or drawing:
                while waiting and len(drawing) < workers:
                    picture = waiting.pop(_next(store, waiting))
                    drawing[pool.submit(_draw, picture, folder)] = picture
                done, _ = wait(drawing, timeout=1, return_when=FIRST_COMPLETED)
                for one in done:
                    one.result()
                    yield drawn(drawing.pop(one), store)
                if not done:
                    yield None
        finally:
            shutil.rmtree(store.wishes, ignore_errors=True)
            pool.shutdown(cancel_futures=True)


def _next(store: Folder, waiting: Mapping[str, object]) -> str:
    for wish in store.wishes.iterdir():
        name = wish.name.replace(".", "/")
        wish.unlink(missing_ok=True)
        if name in waiting:
            return name
    return next(iter(waiting))


def drawn(picture: Drawing | Portrait, store: Folder) -> Drawn:
    """Return what is known of a picture that lies in the folder."""
    data = store.original(picture.public_id).read_bytes()
    wide, high = picture.size
    return Drawn(picture.public_id, wide, high, len(data), hashlib.sha256(data).digest())


def _prepare() -> None:
    follow_parent()
    prepare_drawing()


def _draw(picture: Drawing | Portrait, folder: Path) -> None:
    import pyvips

    store = Folder(folder)
    image = pyvips.Image.svgload_buffer(svg_of(picture).encode())
    image = (image if picture.transparent else image.flatten()).copy_memory()
    for wide in READY_MADE:
        if wide < image.width:
            store.write(store.derivative(picture.public_id, wide, "avif"), encoded(narrowed(image, wide), "avif"))
    store.write(
        store.original(picture.public_id), encoded(image, "webp")
    )  # last: its being there says that all is done
