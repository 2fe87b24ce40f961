"""GET /schema/openapi.json: the API as a document, read from the handlers themselves."""

import asyncio
import hashlib
from functools import cache
from typing import Any

from litestar import Litestar, Request, Response, get

from neural_threads.platform.serialization.encode import encode
from neural_threads.web.http.conditional import is_known

from .document import document_of

HEADERS = {"Cache-Control": "public, no-cache"}


@get("/schema/openapi.json", include_in_schema=False, exclude_from_auth=True)
async def get_document(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Every address under /api with what it takes and answers; 304 by ETag."""
    content, tag = await asyncio.to_thread(_written, request.app)
    if is_known(tag, request.headers.get("if-none-match")):
        return Response(b"", status_code=304, headers={**HEADERS, "ETag": tag})
    return Response(content, media_type="application/json", headers={**HEADERS, "ETag": tag})


@cache
def _written(app: Litestar) -> tuple[bytes, str]:
    content = encode(document_of(app))
    return content, f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


handlers = [get_document]
