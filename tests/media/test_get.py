"""Asking for pictures: sizes, formats, keeping, ranges, and what is not there."""

import asyncio
import hashlib
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil
import pytest
import pytest_asyncio

from neural_threads.demo.art import Drawing, Drawn, draw_all
from neural_threads.platform.db import Db
from neural_threads.platform.images.folder import Folder
from tests.support.processes import children_of, runs, send
from tests.support.server import Server

CHROMIUM = {"Accept": "image/avif,image/webp,image/apng,*/*;q=0.8"}


@pytest.fixture(scope="session")
def drawn(own_folder: Path) -> list[Drawn]:
    images = [Drawing("shirt", "linen", "indigo"), Drawing("shirt", "silk", "rani", transparent=True)]
    return draw_all(images, own_folder / "media", workers=1)


@pytest_asyncio.fixture(loop_scope="session")
async def picture(db: Db, server: Server, drawn: list[Drawn]) -> str:
    for one in drawn:
        await _put(db, one.public_id, one)
    return f"{server.url}/media/{drawn[0].public_id}"


@pytest_asyncio.fixture(loop_scope="session")
async def browser_like() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(headers=CHROMIUM) as client:
        yield client


async def _put(db: Db, public_id: str, like: Drawn, visibility: str = "public") -> None:
    await db.execute(
        """
        insert into media (public_id, visibility, content_type, width, height, bytes, sha256)
        values (%(public_id)s, %(visibility)s, %(content_type)s, %(width)s, %(height)s, %(size)s, %(sha256)s)
        on conflict do nothing
        """,
        public_id=public_id,
        visibility=visibility,
        content_type=like.content_type,
        width=like.width,
        height=like.height,
        size=like.size,
        sha256=like.sha256,
    )


@pytest.mark.case("F20")
async def test_the_image_itself(picture: str, drawn: list[Drawn], browser_like: httpx.AsyncClient) -> None:
    answer = await browser_like.get(picture)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert hashlib.sha256(answer.content).digest() == drawn[0].sha256
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("width", [200, 400, 800, 1600])
@pytest.mark.parametrize(
    ("accept", "content_type", "magic"),
    [
        (CHROMIUM["Accept"], "image/avif", b"ftypavif"),
        ("image/webp,*/*", "image/webp", b"WEBP"),
        ("*/*", "image/jpeg", b"\xff\xd8\xff"),
    ],
)
async def test_every_width_in_the_format_the_browser_takes(
    picture: str, browser_like: httpx.AsyncClient, width: int, accept: str, content_type: str, magic: bytes
) -> None:
    answer = await browser_like.get(picture, params={"w": width}, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type
    assert answer.headers["vary"] == "Accept"
    assert magic in answer.content[:16]
    assert _width_of(answer.content) == min(width, 960)


async def test_what_the_browser_has_is_not_sent_again(picture: str, browser_like: httpx.AsyncClient) -> None:
    tags = set()
    for query, accept in (("", "*/*"), ("?w=400", "*/*"), ("?w=400", "image/avif"), ("?w=800", "image/avif")):
        first = await browser_like.get(picture + query, headers={"Accept": accept})
        tags.add(first.headers["etag"])
        again = await browser_like.get(
            picture + query, headers={"Accept": accept, "If-None-Match": f'"other", {first.headers["etag"]}'}
        )
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert len(tags) == 4


async def test_head_tells_without_sending(picture: str, browser_like: httpx.AsyncClient) -> None:
    answer = await browser_like.head(picture, params={"w": 400})
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 1000


@pytest.mark.case("F20")
async def test_one_range(picture: str, drawn: list[Drawn], browser_like: httpx.AsyncClient) -> None:
    part = await browser_like.get(picture, headers={"Range": "bytes=0-99"})
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes 0-99/{drawn[0].size}"
    assert len(part.content) == 100
    many = await browser_like.get(picture, headers={"Range": "bytes=" + ",".join("0-0" for _ in range(1000))})
    assert many.status_code == 200
    beyond = await browser_like.get(picture, headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{drawn[0].size}"


async def test_a_range_counts_for_a_get_of_the_version_that_one_has(
    picture: str, drawn: list[Drawn], browser_like: httpx.AsyncClient
) -> None:
    part = {"Range": "bytes=0-99"}
    etag = (await browser_like.get(picture)).headers["etag"]
    assert (await browser_like.get(picture, headers=part | {"If-Range": etag})).status_code == 206
    whole = await browser_like.get(picture, headers=part | {"If-Range": '"another"'})
    assert (whole.status_code, len(whole.content)) == (200, drawn[0].size)
    head = await browser_like.head(picture, headers=part)
    assert (head.status_code, head.headers["content-length"]) == (200, str(drawn[0].size))


@pytest.mark.parametrize("width", ["0", "399", "-400", "400.0", "wide", "4e2", "０"])
async def test_only_our_widths(picture: str, browser_like: httpx.AsyncClient, width: str) -> None:
    answer = await browser_like.get(picture, params={"w": width})
    assert answer.status_code == 422
    assert "w" in answer.json()["error"]["fields"]


@pytest.mark.parametrize(
    "path", ["nobody", "demo/nothing", "../secret.key", "%2e%2e/secret.key", "demo/..%2f..%2fsecret.key", "%2fetc%2fpasswd", "a%00b", ""]
)  # fmt: skip
async def test_what_is_not_there(server: Server, picture: str, path: str) -> None:
    raw = await _raw(server, f"/media/{path}")
    assert raw.startswith(b"HTTP/1.1 404")


async def test_a_private_image_is_not_there_for_the_world(
    server: Server, db: Db, drawn: list[Drawn], browser_like: httpx.AsyncClient, own_folder: Path
) -> None:
    store = Folder(own_folder / "media")
    store.write(store.original("secret/one"), store.original(drawn[0].public_id).read_bytes())
    await _put(db, "secret/one", drawn[0], "private")
    hidden = await browser_like.get(f"{server.url}/media/secret/one")
    unknown = await browser_like.get(f"{server.url}/media/secret/two")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.json() == unknown.json()
    assert (await browser_like.get(f"{server.url}/media/secret/one?w=400")).status_code == 404


async def test_many_who_want_the_same_size_wait_for_one_making(
    server: Server, picture: str, drawn: list[Drawn], own_folder: Path, browser_like: httpx.AsyncClient
) -> None:
    made = Folder(own_folder / "media").derivative(drawn[1].public_id, 1600, "webp")
    made.unlink(missing_ok=True)
    url = f"{server.url}/media/{drawn[1].public_id}?w=1600"
    answers = await asyncio.gather(*(browser_like.get(url, headers={"Accept": "image/webp"}) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert made.read_bytes() == answers[0].content
    assert not list(made.parent.glob(".new-*"))


@pytest.mark.long  # a process is killed
async def test_a_killed_image_worker_is_replaced_and_the_server_stays_small(
    server: Server, picture: str, own_folder: Path, drawn: list[Drawn], browser_like: httpx.AsyncClient
) -> None:
    await browser_like.get(picture, params={"w": 200}, headers={"Accept": "*/*"})
    send(signal.SIGKILL, children_of(server.pid, "spawn_main"))
    Folder(own_folder / "media").derivative(drawn[1].public_id, 200, "webp").unlink(missing_ok=True)
    url = f"{server.url}/media/{drawn[1].public_id}"
    answer = await browser_like.get(url, params={"w": 200}, headers={"Accept": "image/webp"})
    assert answer.status_code == 200
    libraries = {Path(each.path).name for each in psutil.Process(server.pid).memory_maps()}
    assert not [name for name in libraries if "vips" in name]


@pytest.mark.long
async def test_no_worker_outlives_its_server(server: Server, picture: str, browser_like: httpx.AsyncClient) -> None:
    await browser_like.get(picture, params={"w": 1600}, headers={"Accept": "*/*"})
    workers = children_of(server.pid, "spawn_main")
    assert workers
    server.kill()
    await asyncio.to_thread(psutil.wait_procs, workers, 30)
    assert not [worker for worker in workers if runs(worker)]
    await server.start()


async def _raw(server: Server, target: str) -> bytes:
    """Ask for exactly this target: clients tidy dots away before they send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


def _width_of(content: bytes) -> int:
    import pyvips

    return int(pyvips.Image.new_from_buffer(content, "").width)


async def test_a_size_that_was_just_asked_for_is_the_same_from_memory(
    picture: str, browser_like: httpx.AsyncClient
) -> None:
    answers = [await browser_like.get(picture, params={"w": 400}) for _ in range(3)]
    first = answers[0]
    for other in answers[1:]:
        assert other.content == first.content
        for name in (
            "content-type",
            "etag",
            "cache-control",
            "vary",
            "content-security-policy",
            "x-content-type-options",
        ):
            assert other.headers[name] == first.headers[name]
    known = await browser_like.get(picture, params={"w": 400}, headers={"If-None-Match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    part = await browser_like.get(picture, params={"w": 400}, headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)
    webp = await browser_like.get(picture, params={"w": 400}, headers={"Accept": "image/webp"})
    assert webp.headers["content-type"] == "image/webp"
