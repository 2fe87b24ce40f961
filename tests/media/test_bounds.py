"""A disk that is full is said, and what cannot be read leaves nothing behind (F22)."""

from pathlib import Path

import pytest

from neural_threads.platform.compute.bounded_process import BoundedProcess
from neural_threads.platform.errors import DiskFull, Invalid
from neural_threads.platform.images import resize
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.ingest import ingest
from neural_threads.platform.images.upload import Upload, image_of, receiving
from tests.media.bad_files import jpeg


@pytest.mark.case("F22")
async def test_a_disk_that_is_full_while_receiving() -> None:
    upload = Upload(Path("/dev/full"), 10_000_000)
    with pytest.raises(DiskFull):
        for place in range(0, 400_000, 65_536):
            await upload.add((jpeg(1600, 1200, noisy=True))[place : place + 65_536])
        await upload.finish()


@pytest.mark.case("F22")
async def test_a_disk_that_is_full_while_writing_the_image(tmp_path: Path) -> None:
    source = tmp_path / "picture"
    source.write_bytes(jpeg())
    worker = BoundedProcess("tests", prepare=resize.prepare)
    with pytest.raises(OSError) as refused:
        await worker.run(ingest, str(source), "/dev/full")
    assert refused.value.errno == 28
    worker.kill()


async def test_nothing_is_left_when_it_cannot_be_read(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with pytest.raises(Invalid):
        async with receiving(folder, 10_000) as upload:
            await upload.add(jpeg()[:300])
            await upload.finish()
            await image_of(upload)
    assert not list(folder.incoming.iterdir())
