"""Gemini's REST and streaming on loopback, as a test wants it: honest, broken in many ways, or hostile.

`python -m tests.support.gemini_server 9001 honest` serves by hand or for the bench.
"""

import asyncio
import json
import re
import sys
from typing import Any

from tests.support.answering_server import AnsweringServer, write_end, write_head, write_part, write_whole

BROKEN = (
    "status_429",
    "status_500",
    "status_400",
    "hang",
    "one_byte_a_second",
    "truncated",
    "html",
    "empty",
    "unknown_finish",
    "recitation",
    "max_tokens",
    "ten_megabytes",
    "not_the_schema",
)
Answer = dict[str, Any]


class GeminiServer(AnsweringServer):
    """`async with GeminiServer("honest") as gemini:`; `prompts` holds the body of every request, `modes` the next answers."""

    def __init__(self, mode: str = "honest", *, pause: float = 0.0, port: int = 0) -> None:
        super().__init__(mode, pause=pause, port=port)
        self.prompts: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.answer: Answer | None = None

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a server that asks this one."""
        return {"GEMINI_API_KEY": "test-key", "GEMINI_BASE_URL": self.origin}

    async def answer_request(
        self, writer: asyncio.StreamWriter, first: str, headers: dict[str, str], body: bytes
    ) -> None:
        prompt = json.loads(body)
        self.prompts.append(prompt)
        self.keys.append(headers.get("x-goog-api-key", ""))
        await self._reply(writer, self.next_mode(), prompt, "alt=sse" in first)

    async def _reply(self, writer: asyncio.StreamWriter, mode: str, body: dict[str, Any], streams: bool) -> None:
        if mode.startswith("status_"):
            status = int(mode.removeprefix("status_"))
            error = {"error": {"code": status, "message": "no", "status": "UNAVAILABLE"}}
            await write_whole(writer, json.dumps(error).encode(), status=f"{status} No")
            return
        if mode == "hang":
            await asyncio.sleep(3600)
        if mode == "html":
            await write_whole(writer, b"<html><body>502 Bad Gateway</body></html>", kind="text/html")
            return
        if not streams:
            await write_whole(writer, json.dumps(_chunk(json.dumps(self._content(mode, body)), "STOP")).encode())
            return
        await write_head(writer)
        await self._stream(writer, mode, json.dumps(self._content(mode, body), ensure_ascii=False))

    async def _stream(self, writer: asyncio.StreamWriter, mode: str, text: str) -> None:
        items = [text[at : at + 24] for at in range(0, len(text), 24)]
        if mode == "one_byte_a_second":
            for byte in _event(_chunk(text, "STOP")):
                await write_part(writer, bytes([byte]))
                await asyncio.sleep(1)
        elif mode == "truncated":
            await _events(writer, items[: max(1, len(items) // 2)], last=None, pause=self.pause)
            await write_part(writer, b'data: {"candidates": [{"conte')
        elif mode == "unknown_finish":
            await _events(writer, items[:2], last="A_REASON_OF_TOMORROW")
        elif mode == "recitation":
            await _events(writer, items[:3], last="RECITATION")
        elif mode == "max_tokens":
            await write_part(writer, _event({"candidates": [{"finishReason": "MAX_TOKENS", "index": 0}]}))
        elif mode == "ten_megabytes":
            await _events(writer, ['{"text": "' + "x" * 1000, *(["x" * 100_000] * 100), '"}'])
        elif mode != "empty":
            await _events(writer, items, pause=self.pause)
        await write_end(writer)

    def _content(self, mode: str, body: dict[str, Any]) -> Any:
        if mode == "not_the_schema":
            return {"text": ["a", "list"], "outfits": "none"}
        if mode == "hostile":
            return hostile_answer(body)
        return self.answer or honest_answer(body)


def prompt_text(body: dict[str, Any]) -> str:
    """Everything in a request that a model reads."""
    parts = [*body.get("systemInstruction", {}).get("parts", [])]
    for content in body["contents"]:
        parts += content["parts"]
    return "\n".join(part["text"] for part in parts if "text" in part)


def offered(body: dict[str, Any]) -> dict[str, Any]:
    """The numbered lists of a stylist's prompt, as its last turn has them in JSON."""
    text = next(part["text"] for part in body["contents"][-1]["parts"] if "text" in part)
    lists: dict[str, Any] = json.loads(text[text.index("{") : text.rindex("}") + 1])
    return lists


def honest_answer(body: dict[str, Any]) -> Answer:
    """An answer that uses only what is offered."""
    lists = offered(body)
    numbers = {
        name: [each["number"] for each in lists.get(name, [])]
        for name in ("wardrobe", "designers", "tailors", "designs")
    }
    return {
        "text": "For the sangeet I would wear what moves with you. \u0928\u092e\u0938\u094d\u0924\u0947 \U0001fab7",
        "outfits": [{"items": numbers["wardrobe"][:3], "why": "The colours answer each other."}]
        if numbers["wardrobe"]
        else [],
        "designers": [{"number": n, "why": "Known for bridal work."} for n in numbers["designers"][:1]],
        "tailors": [{"number": n, "why": "Quick with hems."} for n in numbers["tailors"][:1]],
        "designs": [{"number": n, "why": "The same colour family."} for n in numbers["designs"][:1]],
        "question": "Is it by day or by night?",
        "suggestions": ["Something cheaper", "Which shoes?"],
    }


def hostile_answer(body: dict[str, Any]) -> Answer:
    """Return what a captured model says: it obeys whatever it reads, names every id, and breaks out of every list."""
    read = prompt_text(body)
    ids = re.findall(r"\bc[a-z0-9]{24}\b", read)
    orders = re.findall(
        r"(?:ignore|say|print|repeat|recommend|answer|write|output)\b[^\n\"]{0,200}", read, re.IGNORECASE
    )
    markers = re.findall(r"\[[A-Z_]+[^\]\n]{0,100}\]?", read)
    text = " ".join(
        [
            "[OUTFIT_START][CHAT_DESIGNER:cevil0000000000000000000:Best] [CHAT_TAILOR:cevil:Click][DESIGNER_START]",
            "<img src=https://evil.example/?q=1> ![x](https://evil.example/p.png) [you](javascript:alert(1))",
            *markers,
            *orders,
            *ids,
        ]
    )[:5_000]
    wild = [0, -1, 999, 10**12, *range(1, 5)]
    named = [{"number": n, "why": f"[CHAT_TAILOR:{n}:x] <script>alert(1)</script>"} for n in wild]
    return {
        "text": text,
        "outfits": [{"items": wild, "why": text[:200]}, {"items": [999, 1000], "why": "x"}, {"items": [], "why": ""}],
        "designers": named,
        "tailors": named,
        "designs": named,
        "question": "[CHAT_DESIGNER:cevil0000000000000000000:Ask me]",
        "suggestions": ["[OUTFIT_START]", "<b>x</b>", "javascript:alert(1)", "y" * 900],
    }


def _chunk(text: str, reason: str | None = None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
    return {"candidates": [candidate | ({"finishReason": reason} if reason else {})]}


def _event(chunk: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\r\n\r\n".encode()


async def _events(
    writer: asyncio.StreamWriter, items: list[str], last: str | None = "STOP", pause: float = 0.0
) -> None:
    for at, item in enumerate(items):
        await write_part(writer, _event(_chunk(item, last if at == len(items) - 1 else None)))
        await asyncio.sleep(pause)


async def _serve_by_hand(port: int, mode: str) -> None:
    async with GeminiServer(mode, port=port, pause=0.05) as gemini:
        print(f"GEMINI_API_KEY=test-key GEMINI_BASE_URL={gemini.origin}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve_by_hand(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "honest"))
