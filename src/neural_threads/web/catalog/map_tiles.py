"""Map tiles: where they come from, and the CSP that allows them."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Response

from neural_threads.platform.config import get_settings
from neural_threads.web.http.csp import content_security_policy
from neural_threads.web.http.request_context import RequestContext


def with_tiles(visit: RequestContext, answer: Response[Any]) -> Response[Any]:
    """Let this page, and no other, fetch images from the host of the tiles."""
    if host := tile_host(get_settings().map_ground):
        answer.headers["Content-Security-Policy"] = content_security_policy(visit.nonce, host)
    return answer


def tile_host(address: str) -> str:
    """The host as a CSP names it: `https://*.tile.example` when {s} stands for several; "" for our own."""
    parts = urlsplit(address.replace("{s}", "*"))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
