"""Models that draw, on loopback, as a test wants them: Gemini's image model, and a server of one's own.

`python -m tests.support.image_models 9002 honest` serves the second by hand.
"""

import asyncio
import base64
import json
import re
import struct
import sys
import zlib
from typing import Any

from tests.support.answering_server import AnsweringServer, write_head, write_part, write_whole
from tests.support.gemini_server import GeminiServer

NO_IMAGE = ("truncated", "not_an_image", "other_shape", "tiny", "bomb", "moving")
"""Modes in which an answer comes in time, but is no image that can be shown."""
FAILING = ("status_429", "status_500", "status_503", "status_400", "one_byte_a_second", "huge", "cut")
TINT = (0.55, 0.85, 1.25)


def tinted(person: bytes) -> bytes:
    """What an honest stand-in draws: the same picture in other colours, as a PNG."""
    import pyvips

    image = pyvips.Image.new_from_buffer(person, "").colourspace("srgb")[0:3]
    data: bytes = (image * list(TINT)).cast("uchar").copy(interpretation="srgb").pngsave_buffer()
    return data


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few hundred kilobytes that would fill gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packing = zlib.compressobj(9)
    line = b"\0" * (1 + side * 3)
    rows = b"".join(packing.compress(line) for _ in range(side // 10)) + packing.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def drawn(mode: str, person: bytes) -> bytes:
    """The image that a stand-in answers in this mode."""
    import pyvips

    honest = tinted(person)
    if mode == "truncated":
        return honest[: len(honest) // 2]
    if mode == "not_an_image":
        return b"<html><body>It works!</body></html>"
    if mode == "bomb":
        return bomb()
    image = pyvips.Image.new_from_buffer(honest, "")
    if mode == "other_shape":
        return bytes(image.resize(1.0, vscale=0.5).pngsave_buffer())
    if mode == "tiny":
        return bytes(image.thumbnail_image(60).pngsave_buffer())
    if mode == "moving":
        small = image.thumbnail_image(300)
        return bytes(pyvips.Image.arrayjoin([small, small], across=1).copy(interpretation="srgb").gifsave_buffer())
    return honest


class GeminiImageServer(GeminiServer):
    """Gemini that draws when it is asked for an image, and answers the stylist as ever."""

    async def _reply(self, writer: asyncio.StreamWriter, mode: str, body: dict[str, Any], streams: bool) -> None:
        if "IMAGE" not in body.get("generationConfig", {}).get("responseModalities", ()):
            await super()._reply(writer, mode, body, streams)
            return
        if mode.startswith("status_") or mode in ("hang", "html"):
            await super()._reply(writer, mode, body, streams)
            return
        await asyncio.sleep(self.pause)
        whole = json.dumps(_answer(mode, persons_of(body)[0])).encode()
        if mode == "one_byte_a_second":
            await write_head(writer)
            for byte in whole:
                await write_part(writer, bytes([byte]))
                await asyncio.sleep(1)
        elif mode == "cut":
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(whole)}\r\n\r\n".encode() + whole[: len(whole) // 2])
            await writer.drain()
        else:
            await write_whole(writer, whole)


def persons_of(body: dict[str, Any]) -> list[bytes]:
    """The images of a request, the person first."""
    parts = [part for content in body["contents"] for part in content["parts"] if "inlineData" in part]
    return [base64.urlsafe_b64decode(part["inlineData"]["data"] + "==") for part in parts]


def _answer(mode: str, person: bytes) -> dict[str, Any]:
    if mode in ("IMAGE_SAFETY", "NO_IMAGE", "IMAGE_OTHER", "PROHIBITED_CONTENT", "MAX_TOKENS"):
        return {"candidates": [{"finishReason": mode, "index": 0}]}
    if mode == "blocked":
        return {"promptFeedback": {"blockReason": "SAFETY"}}
    if mode == "empty":
        return {}
    words: list[dict[str, Any]] = [{"text": "Here you are."}]
    data = b"\x89PNG" * 4_000_000 if mode == "huge" else drawn(mode, person)
    image = {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(data).decode()}}
    parts = words if mode == "words_only" else [*words, image]
    return {"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}]}


class TryOnModelServer(AnsweringServer):
    """A model server of one's own. `asked`: kind, person and garment of every request; `seen`: paths that were asked for."""

    def __init__(self, mode: str = "honest", *, pause: float = 0.0, port: int = 0) -> None:
        super().__init__(mode, pause=pause, port=port)
        self.asked: list[tuple[str, bytes, bytes]] = []
        self.seen: list[str] = []
        self.tokens: list[str] = []

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a server that asks this one."""
        return {"THREADS_TRYON_URL": f"{self.origin}/try-on", "THREADS_TRYON_TOKEN": "a-token"}

    async def answer_request(
        self, writer: asyncio.StreamWriter, first: str, headers: dict[str, str], body: bytes
    ) -> None:
        self.seen.append(first)
        self.tokens.append(headers.get("authorization", ""))
        parts = _parts(body, headers.get("content-type", ""))
        self.asked.append((parts.get("kind", b"").decode(), parts.get("person", b""), parts.get("garment", b"")))
        await self._reply(writer, self.next_mode(), parts.get("person", b""))

    async def _reply(self, writer: asyncio.StreamWriter, mode: str, person: bytes) -> None:
        if mode == "hang":
            await asyncio.sleep(3600)
        if mode.startswith("status_"):
            status = mode.removeprefix("status_")
            await write_whole(writer, b'{"error": "no"}', status=f"{status} No")
            return
        if mode == "redirect":
            there = f"{self.origin}/elsewhere"
            writer.write(
                f"HTTP/1.1 307 Go\r\nLocation: {there}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
            )
            await writer.drain()
            return
        await asyncio.sleep(self.pause)
        await self._image(writer, mode, b"\x89PNG" * 4_000_000 if mode == "huge" else drawn(mode, person))

    async def _image(self, writer: asyncio.StreamWriter, mode: str, data: bytes) -> None:
        if mode == "compressed":
            data = zlib.compress(data)
            head = f"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: {len(data)}\r\n\r\n"
            writer.write(head.encode() + data)
        elif mode == "huge":
            await write_head(writer)
            for at in range(0, len(data), 65_536):
                await write_part(writer, data[at : at + 65_536])
        elif mode == "one_byte_a_second":
            await write_head(writer)
            for byte in data:
                await write_part(writer, bytes([byte]))
                await asyncio.sleep(1)
        elif mode == "cut":
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data[: len(data) // 2])
        else:
            await write_whole(writer, data, kind="image/png")
        await writer.drain()


def _parts(body: bytes, kind: str) -> dict[str, bytes]:
    """The fields of a multipart form by name."""
    boundary = kind.partition("boundary=")[2].encode()
    result = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, data = part.partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]+)"', head)
        if name:
            result[name[1].decode()] = data[:-2]
    return result


async def _serve_by_hand(port: int, mode: str) -> None:
    async with TryOnModelServer(mode, port=port, pause=3) as model:
        print(f"THREADS_TRYON_URL={model.origin}/try-on", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve_by_hand(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "honest"))
