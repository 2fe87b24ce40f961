"""Uploading: what comes in, what comes out of it, and what stays behind (cases F01-F15 of docs/cases.md)."""

import asyncio
import re
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from neural_threads.platform.db import Db
from tests.media.bad_files import (
    NOT_IMAGES,
    UNREADABLE,
    gif,
    jpeg,
    moving_webp,
    photo_with_a_past,
    png,
    png_chunk,
    with_segment,
)
from tests.support.people import People, Person
from tests.support.server import Server
from tests.support.sweeps import sweep

MOST = 5_242_880


@pytest_asyncio.fixture(loop_scope="session")
async def cora(people: People) -> AsyncIterator[Person]:
    yield await people.customer(name="Cora")


async def upload(me: Person, data: bytes, name: str = "a.png", kind: str = "image/png"):
    return await me.post("/api/upload", files={"file": (name, data, kind)})


async def kept(me: Person, data: bytes) -> str:
    answer = await upload(me, data)
    assert answer.status_code == 201, answer.text
    public_id: str = answer.json()["data"]["publicId"]
    return public_id


def stored(own_folder: Path, public_id: str) -> bytes:
    return (own_folder / "media" / "originals" / public_id).read_bytes()


def left_over(own_folder: Path) -> list[Path]:
    return list((own_folder / "media" / "incoming").glob("*"))


def opened(data: bytes, **options):
    import pyvips

    return pyvips.Image.new_from_buffer(data, "", **options)


async def test_cora_uploads_an_image(cora: Person, db: Db, own_folder: Path) -> None:
    answer = await upload(cora, jpeg())
    assert answer.status_code == 201
    data = answer.json()["data"]
    assert data["url"].partition("?")[0] == f"/media/{data['publicId']}"
    assert (data["width"], data["height"]) == (320, 240)
    row = await db.value(
        "select row(owner_id, visibility, content_type, bytes)::text from media where public_id = %(id)s",
        id=data["publicId"],
    )
    size = len(stored(own_folder, data["publicId"]))
    assert row == f"({cora.id},private,image/jpeg,{size})"
    assert not left_over(own_folder)


async def test_nobody_uploads_without_signing_in(people: People) -> None:
    answer = await people.anonymous().post("/api/upload", files={"file": ("a.jpg", jpeg(), "image/jpeg")})
    assert answer.status_code == 401


async def test_a_form_of_another_site_uploads_nothing(cora: Person) -> None:
    answer = await cora.http.post("/api/upload", files={"file": ("a.jpg", jpeg(), "image/jpeg")})
    assert answer.status_code == 403


@pytest.mark.case("F01")
@pytest.mark.parametrize(("size", "status"), [(MOST, 201), (MOST + 1, 413)])
async def test_five_megabytes_and_no_byte_more(cora: Person, own_folder: Path, size: int, status: int) -> None:
    comment = size - len(jpeg())
    image = jpeg()
    while comment > 0:
        part = min(comment, 60_000)
        part = part - 5 if 0 < comment - part < 5 else part
        image = with_segment(image, 0xFE, bytes(part - 4))
        comment -= part
    assert len(image) == size
    answer = await upload(cora, image)
    assert answer.status_code == status, answer.text
    assert not left_over(own_folder)


@pytest.mark.case("F02")
@pytest.mark.parametrize("length", ["10", "", "-1"])
async def test_a_length_that_lies(cora: Person, server: Server, own_folder: Path, length: str) -> None:
    body = form(jpeg() + bytes(MOST))
    status = await raw_upload(cora, server, body, length=length, chunked=length == "")
    assert status in (400, 413)
    assert not left_over(own_folder)


@pytest.mark.case("F03")
@pytest.mark.parametrize("kind", NOT_IMAGES)
async def test_what_is_no_image(cora: Person, own_folder: Path, kind: str) -> None:
    answer = await upload(cora, NOT_IMAGES[kind], name="a.png", kind="image/png")
    assert answer.status_code == 415
    assert not left_over(own_folder)


@pytest.mark.case("F04")
async def test_a_payload_does_not_come_through(cora: Person, own_folder: Path) -> None:
    script, code = b"<script>alert('hidden')</script>", b"<?php system($_GET['c']); ?>"
    for image in (
        with_segment(jpeg(), 0xFE, script),
        jpeg() + script,
        png(png_chunk(b"tEXt", b"Comment\0" + code)) + code,
        png(png_chunk(b"prIv", code)),
        gif(1)[:-1] + b"\x21\xfe" + bytes([len(script)]) + script + b"\0\x3b" + script,
        gif(3) + b"/*" + script,
    ):
        out = stored(own_folder, await kept(cora, image))
        assert script not in out
        assert code not in out


@pytest.mark.case("F05", "F06", "F07", "F08")
@pytest.mark.parametrize("name", UNREADABLE)
async def test_what_cannot_be_read(cora: Person, db: Db, own_folder: Path, name: str) -> None:
    before = await db.value("select count(*) from media where owner_id = %(me)s", me=cora.id)
    answer = await upload(cora, UNREADABLE[name])
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["fields"]["file"]
    assert await db.value("select count(*) from media where owner_id = %(me)s", me=cora.id) == before
    assert not left_over(own_folder)


@pytest.mark.case("F05")
@pytest.mark.parametrize(("width", "height"), sweep([(1080, 9000), (12_000, 2400), (1332, 30_000), (30_000, 1332)]))
async def test_long_images_are_taken(cora: Person, own_folder: Path, width: int, height: int) -> None:
    public_id = await kept(cora, jpeg(width, height))
    taken = opened(stored(own_folder, public_id))
    assert (taken.width, taken.height) == (width, height)
    shown = await cora.get(f"/media/{public_id}", params={"w": 400})
    assert shown.status_code in (200, 404)  # a private one needs its signature


REASONS = {
    "40 megapixels": lambda: jpeg(6_684, 6_000),
    "30,000 pixels": lambda: png(width=30_001, height=4),
    "100 frames": lambda: gif(101),
    "damaged": lambda: jpeg()[: len(jpeg()) // 2],
    "is empty": lambda: b"",
    "1 MB": lambda: png(png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2_000_000)))),
}


@pytest.mark.case("F05")
@pytest.mark.parametrize("reason", REASONS)
async def test_a_refusal_names_its_true_reason(cora: Person, reason: str) -> None:
    answer = await upload(cora, REASONS[reason]())
    assert answer.status_code == 422
    assert reason in answer.json()["error"]["fields"]["file"]


async def test_a_few_bytes_are_not_called_empty(cora: Person) -> None:
    few = await upload(cora, b"GIF8 no")
    assert (few.status_code, few.json()["error"]["message"]) == (415, "Choose a JPEG, PNG, GIF or WebP picture.")
    cut = await upload(cora, b"\x89PNG\r\n\x1a")
    assert (cut.status_code, "damaged" in cut.json()["error"]["fields"]["file"]) == (422, True)


@pytest.mark.case("W12")
async def test_damage_that_every_browser_forgives(cora: Person) -> None:
    text = bytearray(png(png_chunk(b"tEXt", b"Comment\0hello")))
    text[text.index(b"hello") + 5] ^= 1  # the checksum of a chunk that nobody needs
    few = jpeg(400, 300, noisy=True)
    for image in (jpeg()[:-2], few[:-10], few[:-200], jpeg() + bytes(900), bytes(text), png() + b"more", gif(3)[:-1]):
        await kept(cora, image)


@pytest.mark.case("W12")
@pytest.mark.parametrize("left", [0.5, 0.9])
async def test_more_than_the_last_rows_must_be_there(cora: Person, left: float) -> None:
    image = jpeg(400, 300, noisy=True)
    assert (await upload(cora, image[: int(len(image) * left)])).status_code == 422


@pytest.mark.case("W12")
async def test_a_photo_of_an_iphone_is_called_by_its_name(cora: Person) -> None:
    answer = await upload(cora, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), name="IMG_0001.JPG")
    assert (answer.status_code, "HEIC" in answer.json()["error"]["message"]) == (415, True)


async def test_a_file_that_is_sent_as_a_text_is_refused(cora: Person) -> None:
    body = b'--XX\r\nContent-Disposition: form-data; name="pictures"\r\n\r\n' + jpeg() + b"\r\n--XX--\r\n"
    headers = {"X-CSRF-Token": await cora.csrf(), "Content-Type": "multipart/form-data; boundary=XX"}
    for path in ("/customer/wardrobe", "/customer/virtual-tryon"):
        assert (await cora.http.post(path, content=body, headers=headers)).status_code == 400


@pytest.mark.case("F05")
async def test_more_than_forty_megapixels(cora: Person) -> None:
    assert (await upload(cora, jpeg(6_684, 6_000))).status_code == 422  # 40.1


@pytest.mark.case("F06")
@pytest.mark.parametrize(("picture", "frames"), [(gif(100), 100), (moving_webp(), 3)])
async def test_what_moves_goes_on_moving(cora: Person, own_folder: Path, picture: bytes, frames: int) -> None:
    public_id = await kept(cora, picture)
    assert opened(stored(own_folder, public_id)).get("n-pages") == frames


@pytest.mark.case("F10")
async def test_upright_and_without_its_past(cora: Person, own_folder: Path) -> None:
    picture = photo_with_a_past()
    assert b"Secretowner" in picture
    assert b"Exif" in picture
    out = stored(own_folder, await kept(cora, picture))
    image = opened(out)
    assert (image.width, image.height) == (240, 320)
    assert image(120, 10)[0] > 150  # red was left; turned by a quarter it is at the top
    assert image(120, 310)[2] > 150
    assert not [name for name in image.get_fields() if name.startswith(("exif", "xmp", "iptc", "icc", "orientation"))]
    for past in (b"Secretowner", b"Exif", b"GPS", b"script", b"ICC_PROFILE"):
        assert past not in out


@pytest.mark.case("F11")
async def test_cmyk_sixteen_bits_and_palettes_become_srgb(cora: Person, own_folder: Path) -> None:
    import pyvips

    plain = pyvips.Image.jpegload_buffer(jpeg())
    inks = (255 - plain).bandjoin(0).cast("uchar").copy(interpretation="cmyk")
    deep = (plain.cast("ushort") * 257).copy(interpretation="rgb16")
    clear = plain.bandjoin(128).cast("uchar").copy(interpretation="srgb")
    for picture, bands in (
        (inks.jpegsave_buffer(), 3),
        (deep.pngsave_buffer(), 3),
        (clear.pngsave_buffer(palette=True), 4),
    ):
        image = opened(stored(own_folder, await kept(cora, picture)))
        assert (image.interpretation, image.format, image.bands) == ("srgb", "uchar", bands)


@pytest.mark.case("F12")
@pytest.mark.parametrize("name", ["../../etc/passwd", "x" * 5000, "a\0b.png", "a.jpg.php", "", "ಚಿತ್ರ.png"])
async def test_the_name_of_the_file_is_nothing_to_us(cora: Person, name: str) -> None:
    answer = await upload(cora, jpeg(), name=name or " ")
    assert answer.status_code in (201, 400)  # 400: a header of more than 8 KB, or one that no parser can read
    if answer.status_code == 201:
        assert re.fullmatch(r"u/[0-9a-f]{2}/[0-9a-f]{24}", answer.json()["data"]["publicId"])


F13 = {
    "10000 parts": b"".join(
        b'--XX\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nv\r\n' % n for n in range(10_000)
    )
    + b"--XX--\r\n",
    "1 MB header": b'--XX\r\nContent-Disposition: form-data; name="file"; filename="'
    + b"x" * 1_000_000
    + b'"\r\n\r\n\r\n--XX--\r\n',
    "no end": b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + jpeg(),
    "field before file": b'--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n'
    b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + jpeg() + b"\r\n--XX--\r\n",
    "two files": (b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + jpeg() + b"\r\n")
    * 2
    + b"--XX--\r\n",
    "nothing": b"",
    "noise": bytes(range(256)) * 400,
}


@pytest.mark.case("F13")
@pytest.mark.parametrize("case", F13)
async def test_odd_forms(cora: Person, server: Server, own_folder: Path, case: str) -> None:
    await cora.csrf()
    process = psutil.Process(server.pid)
    before = process.cpu_times()
    answer = await cora.post(
        "/api/upload", content=F13[case], headers={"Content-Type": "multipart/form-data; boundary=XX"}
    )
    after = process.cpu_times()
    assert answer.status_code in (400, 413)
    assert after.user - before.user < 0.4  # 0.2 s is promised; the server also does other things
    assert not left_over(own_folder)


NO_FILE = {
    "no part": b"--XX--\r\n",
    "a field of another name": b'--XX\r\nContent-Disposition: form-data; name="category"\r\n\r\nDRESS\r\n--XX--\r\n',
    "a text of its name": b'--XX\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--XX--\r\n',
}


@pytest.mark.parametrize("case", NO_FILE)
@pytest.mark.parametrize("path", ["/api/upload", "/api/chatbot/wardrobe"])
async def test_a_whole_form_without_its_file_names_the_field(
    cora: Person, own_folder: Path, path: str, case: str
) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=XX"}
    answer = await cora.post(path, content=NO_FILE[case], headers=kind)
    if path == "/api/upload" and case != "no part":
        assert answer.status_code == 400  # A field that nobody asked for.
    else:
        assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["file"]), answer.text
    assert not left_over(own_folder)


@pytest.mark.case("F13")
@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data", "multipart/mixed; boundary=XX"]
)
async def test_other_kinds_of_bodies(cora: Person, kind: str) -> None:
    answer = await cora.post("/api/upload", content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code in (400, 415)


@pytest.mark.case("F14")
async def test_an_upload_that_is_cut_leaves_nothing(cora: Person, server: Server, db: Db, own_folder: Path) -> None:
    body = form(jpeg(1600, 1200, noisy=True))
    before = await db.value("select count(*) from media")
    await raw_upload(cora, server, body[: len(body) // 2], length=str(len(body)), cut=True)
    for _ in range(100):
        if not left_over(own_folder):
            break
        await asyncio.sleep(0.05)
    assert not left_over(own_folder)
    assert await db.value("select count(*) from media") == before


async def test_many_at_once_from_one_person(cora: Person) -> None:
    answers = await asyncio.gather(*(upload(cora, jpeg()) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["data"]["publicId"] for answer in answers}) == 8


def form(image: bytes) -> bytes:
    head = b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return head + image + b"\r\n--XX--\r\n"


async def raw_upload(
    me: Person, server: Server, body: bytes, *, length: str, chunked: bool = False, cut: bool = False
) -> int:
    """Send exactly this, and answer the status (0 when there was none)."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in me.cookies.jar)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    size = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {length}"
    writer.write(
        f"POST /api/upload HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.url}\r\nCookie: {cookies}\r\n"
        f"X-CSRF-Token: {await me.csrf()}\r\nContent-Type: multipart/form-data; boundary=XX\r\n{size}\r\n\r\n".encode()
    )
    if chunked:
        for place in range(0, len(body), 65_536):
            part = body[place : place + 65_536]
            writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        writer.write(b"0\r\n\r\n")
    else:
        writer.write(body)
    try:
        if cut:
            await writer.drain()
            await asyncio.sleep(0.3)
            writer.transport.abort()
            return 0
        head = await asyncio.wait_for(reader.readline(), 60)
        return int(head.split()[1]) if head else 0
    except ConnectionError:
        return 0
    finally:
        writer.close()
