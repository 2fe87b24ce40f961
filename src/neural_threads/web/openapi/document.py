"""The OpenAPI document of all handlers under /api, by Litestar's generator."""

import re
from copy import copy
from typing import Any, Literal

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme, Server, Tag

from neural_threads.platform.config import get_settings
from neural_threads.web.http import request_context
from neural_threads.web.http.cookies import SESSION, VISITOR, cookie_name

from .operation import Operation, camel, operations_of
from .operation_object import DescribedOperation
from .schemas import ERROR, Schemas, ShapesByMsgspec

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
    schemas = Schemas(kind for operation in operations for kind in operation.kinds)
    # An application of copies, which serves nobody: the generator's own routes belong to no page of ours.
    described = Litestar(
        route_handlers=[_described(operation, schemas) for operation in operations],
        dependencies=request_context.dependencies,
        plugins=[ShapesByMsgspec(schemas)],
        openapi_config=_config(operations),
        logging_config=None,
    )
    document = described.openapi_schema.to_schema()
    document["paths"] = {_spoken(path): item for path, item in document["paths"].items()}
    document["components"]["schemas"] = {**schemas.named, "Error": ERROR}
    return document


def _spoken(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: "{" + camel(match[1]) + "}", path)


def _described(operation: Operation, schemas: Schemas) -> HTTPRouteHandler:
    handler = copy(operation.handler)
    words, whom = operation.words, f"For {operation.whom}." if operation.whom else ""
    handler.summary = handler.summary or words.partition("\n")[0].rstrip(".")
    handler.description = "\n\n".join(filter(None, [words, whom]))
    handler.operation_id = f"{operation.feature}.{camel(handler.fn.__name__)}"
    handler.tags = [operation.feature]
    handler.security = operation.security
    handler.operation_class = DescribedOperation.of(operation, schemas)
    return handler


def _config(operations: list[Operation]) -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Neural Threads",
        version="1",
        description=INTRODUCTION,
        servers=[Server(url=get_settings().public_url)],
        tags=[Tag(name=name) for name in sorted({operation.feature for operation in operations})],
        components=Components(security_schemes=dict(_ways_in())),
    )


def _ways_in() -> dict[str, SecurityScheme]:
    def key(place: Literal["cookie", "header"], name: str, words: str) -> SecurityScheme:
        return SecurityScheme(type="apiKey", security_scheme_in=place, name=name, description=words)

    return {
        "bearer": SecurityScheme(
            type="http", scheme="bearer", bearer_format="JWT", description="Fifteen minutes; needs no CSRF."
        ),
        "session": key("cookie", cookie_name(SESSION), "Set by signing in or up; renewed with /api/auth/refresh."),
        "visitor": key("cookie", cookie_name(VISITOR), "Set by GET /api/security/csrf before anybody has signed in."),
        "csrf": key("header", "X-CSRF-Token", "The token of GET /api/security/csrf for these very cookies."),
    }
