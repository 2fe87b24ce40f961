"""Parse what a client accepts, with q-values (RFC 9110, 12.4.2): page or JSON, image formats, encodings."""

from functools import lru_cache
from typing import Any, Literal

from litestar import Request

BEST_FIRST = (("image/avif", "avif"), ("image/webp", "webp"))
Encoding = Literal["br", "gzip", ""]


def kind_for(accept: str) -> str:
    """Return avif or webp when the header names them with a q-value above 0, else jpeg, which everything can show."""
    qualities = _qualities(accept)
    return next((kind for name, kind in BEST_FIRST if qualities.get(name, 0) > 0), "jpeg")


@lru_cache(256)
def encoding_for(accept_encoding: str) -> Encoding:
    """Return the encoding that the client likes best: brotli where it likes both alike, "" for none (RFC 9110, 12.5.3)."""
    qualities = _qualities(accept_encoding)
    for_any = qualities.get("*", 0.0)
    brotli, gzip = qualities.get("br", for_any), qualities.get("gzip", qualities.get("x-gzip", for_any))
    if max(brotli, gzip) <= 0 or max(brotli, gzip) < qualities.get("identity", 0.0):
        return ""
    return "br" if brotli >= gzip else "gzip"


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Return True if a person is looking, or a program asking."""
    if request.url.path in ("/health", "/ready", "/metrics") or f"{request.url.path}/".startswith(
        ("/api/", "/schema/", "/socket.io/", "/media/", "/assets/")
    ):
        return False
    accept = request.headers.get("accept", "*/*")
    # htmx asks for anything, too; its script reads our JSON and shows it.
    return "text/html" in accept or (accept == "*/*" and "hx-request" not in request.headers)


def _qualities(header: str) -> dict[str, float]:
    return dict(_read(part) for part in header.split(",") if part.strip())


def _read(part: str) -> tuple[str, float]:
    name, _, rest = part.partition(";")
    for parameter in rest.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                return name.strip().lower(), float(value)
            except ValueError:
                return name.strip().lower(), 0.0
    return name.strip().lower(), 1.0
