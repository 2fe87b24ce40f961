"""Three stores, one promise: what was put is read, what was dropped is gone, and nobody waits for ever (case F21)."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from neural_threads.features.media.store_migration import copy_images
from neural_threads.platform.config import SettingsError
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Upstream
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.stores import Store, store_at
from tests.conftest import FreshServer
from tests.media.bad_files import jpeg
from tests.media.stand_ins import bucket_server, cloudinary_server
from tests.media.test_upload import upload
from tests.support.people import People
from tests.support.sweeps import sweep


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    with bucket_server() as environment:
        yield environment


@pytest.fixture(params=["folder", "bucket", "cloudinary"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    folder = Folder(tmp_path / "here")
    if request.param == "folder":
        yield store_at(str(tmp_path / "there"), folder)
    elif request.param == "bucket":
        for name, value in request.getfixturevalue("bucket").items():
            monkeypatch.setenv(name, value)
        yield store_at("s3://threads/pictures", folder)
    else:
        with cloudinary_server() as server:
            yield store_at(server.address, folder)


async def test_put_read_drop(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "new"
    file.write_bytes(jpeg())
    assert not await store.has("u/ab/one")
    with pytest.raises(FileNotFoundError):
        await store.read("u/ab/one")
    await store.put("u/ab/one", file, "image/jpeg")
    assert await store.has("u/ab/one")
    assert await store.read("u/ab/one") == jpeg()
    await store.drop("u/ab/one")
    await store.drop("u/ab/one")
    assert not await store.has("u/ab/one")


async def test_what_is_there_is_told(store: Store, tmp_path: Path) -> None:
    for name in ("u/ab/one", "demo/two"):
        (tmp_path / "new").write_bytes(jpeg())
        await store.put(name, tmp_path / "new", "image/jpeg")
    batches = store.files()
    if batches is None:  # Cloudinary tells it only to administrators.
        return
    files = [file async for batch in batches for file in batch]
    assert sorted(file.public_id for file in files) == ["demo/two", "u/ab/one"]
    assert all(abs((datetime.now(UTC) - file.modified_at).total_seconds()) < 60 for file in files)
    for file in files:
        await store.drop(file.public_id)


@pytest.mark.long  # servers are started
async def test_a_bucket_behind_the_server(fresh_server: FreshServer, people_at, bucket: dict[str, str]) -> None:
    server = await fresh_server(THREADS_MEDIA_STORE="s3://threads/live", **bucket)
    await _lives(people_at(server))
    assert not [
        path for path in (server.data_dir / "media").rglob("*") if path.is_file() and "derived" not in path.parts
    ]


@pytest.mark.long  # servers are started
async def test_cloudinary_behind_the_server(fresh_server: FreshServer, people_at) -> None:
    with cloudinary_server() as cloud:
        server = await fresh_server(THREADS_MEDIA_STORE=cloud.address)
        await _lives(people_at(server))
        assert ("c_limit,w_800/f_auto,q_auto/", "image/webp,*/*;q=0.1") in cloud.seen
        assert not cloud.pictures


async def _lives(people: People) -> None:
    """Upload, look, look at a smaller one, remove."""
    cora = await people.customer()
    told = (await upload(cora, jpeg(1000, 800))).json()["data"]
    whole = await cora.get(told["url"])
    assert (whole.status_code, whole.headers["content-type"]) == (200, "image/jpeg")
    small = await cora.get(f"{told['url']}&w=800", headers={"Accept": "image/webp"})
    assert (small.status_code, small.headers["content-type"]) == (200, "image/webp")
    assert (await cora.delete(f"/api/upload/{told['publicId']}")).status_code == 200
    assert (await cora.get(told["url"])).status_code == 404


@pytest.mark.long  # servers are started
@pytest.mark.case("F21")
@pytest.mark.parametrize("mood", sweep(["odd", "down", "slow"]))
async def test_a_store_in_trouble(fresh_server: FreshServer, people_at, mood: str) -> None:
    with cloudinary_server(mood) as cloud:
        server = await fresh_server(THREADS_MEDIA_STORE=cloud.address, THREADS_DATABASE_POOL="2")
        people = people_at(server)
        cora = await people.customer()
        began = time.monotonic()
        refused = await upload(cora, jpeg())
        assert refused.status_code == 502
        assert refused.json()["error"]["code"] == "UPSTREAM"
        assert time.monotonic() - began < 55  # ten for the store, and a busy machine
        assert not [path for path in (server.data_dir / "media").rglob("*") if path.is_file()]
        assert (await cora.get("/api/auth/me")).status_code == 200


async def test_a_bucket_that_nobody_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "x"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(Upstream):
        await store_at("s3://threads", Folder(tmp_path)).read("u/ab/one")


def test_an_address_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        store_at("ftp://somewhere", Folder(tmp_path))


async def test_moving_house_goes_on_where_it_was(people: People, db: Db, own_folder: Path, tmp_path: Path) -> None:
    cora = await people.customer()
    names = [(await upload(cora, jpeg())).json()["data"]["publicId"] for _ in range(3)]
    here, there = (store_at(str(path), Folder(path)) for path in (own_folder / "media", tmp_path / "new"))
    first = await copy_images(here, there, lambda tally: None)
    assert first.copied >= 3
    await there.drop(names[0])
    again = await copy_images(here, there, lambda tally: None)
    assert (again.copied, again.failed) == (1, 0)
    for name in names:
        assert await there.read(name) == await here.read(name)


@pytest.mark.long  # servers are started
async def test_nothing_of_the_stores_is_loaded_for_a_folder(fresh_server: FreshServer, people_at) -> None:
    import psutil

    server = await fresh_server()
    cora = await people_at(server).customer()
    await upload(cora, jpeg())
    libraries = " ".join(each.path for each in psutil.Process(server.pid).memory_maps())
    assert "obstore" not in libraries
    assert "vips" not in libraries
    assert psutil.Process(server.pid).memory_info().rss < 170 * 1024 * 1024
    async with httpx.AsyncClient(base_url=server.url) as world:
        assert (await world.get("/ready")).status_code == 200
