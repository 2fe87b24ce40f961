"""Build the OpenAPI document of all handlers under /api."""

from typing import Any

from litestar import Litestar

from neural_threads.platform.config import get_settings
from neural_threads.web.http.cookies import SESSION, VISITOR, cookie_name

from .operation import operations_of
from .operation_object import OperationBuilder
from .schemas import ERROR, Schema, schemas_of

INTRODUCTION = """\
Everything under `/api` speaks JSON in camelCase. An answer is `{"success": true, "data": …}` with siblings such as `hasMore`
and `nextCursor`; a refusal is `{"success": false, "error": {"code", "message", "fields"?}}`. Unknown fields in a body are
refused; query parameters that are not named here are passed over, and an empty one counts as absent. Lists in a query are
repeated or comma-separated. Times are UTC with milliseconds, money is in rupees. A limit above the most is taken as the most.

Sign in at `/api/auth/login`. Then either send the `token` as `Authorization: Bearer …`, or keep the cookies and send the
token of `/api/security/csrf` as `X-CSRF-Token` with everything but GET. A wrong method answers 405 in the same error shape.
What happens live is told over Socket.IO at `/socket.io/`."""


def document_of(app: Litestar) -> dict[str, Any]:
    """OpenAPI 3.1 of everything under /api."""
    operations = list(operations_of(app))
    target = [kind for operation in operations for kind in operation.kinds]
    schemas, named = schemas_of(target)
    schema_of = dict(zip(map(repr, target), schemas, strict=True))
    named["Error"] = ERROR
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        result = OperationBuilder(operation, schema_of, named).operation()
        paths.setdefault(operation.spoken_path, {})[operation.method.lower()] = result
    return {
        "openapi": "3.1.0",
        "info": {"title": "Neural Threads", "version": "1", "description": INTRODUCTION},
        "servers": [{"url": get_settings().public_url}],
        "tags": [{"name": name} for name in sorted({operation.feature for operation in operations})],
        "paths": paths,
        "components": {"schemas": named, "securitySchemes": _ways_in()},
    }


def _ways_in() -> dict[str, Schema]:
    def key(place: str, name: str, words: str) -> Schema:
        return {"type": "apiKey", "in": place, "name": name, "description": words}

    return {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "Fifteen minutes; needs no CSRF.",
        },
        "session": key("cookie", cookie_name(SESSION), "Set by signing in or up; renewed with /api/auth/refresh."),
        "visitor": key("cookie", cookie_name(VISITOR), "Set by GET /api/security/csrf before anybody has signed in."),
        "csrf": key("header", "X-CSRF-Token", "The token of GET /api/security/csrf for these very cookies."),
    }
