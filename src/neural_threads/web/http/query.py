"""Query strings that handlers declare in their signatures: `search: InQuery[ChatSearch]`."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.plugins import InitPlugin

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.serialization.decode import decode_query

from .request_context import RequestContext

T = TypeVar("T")
_MARK = "query string"
InQuery = Annotated[T, _MARK]
"""A parameter of a handler that is decoded from the query string into this shape; 422 names every wrong field."""

AnyRequest = Request[Any, Any, Any]


def query_shapes(handler: HTTPRouteHandler) -> dict[str, type[msgspec.Struct]]:
    """Return the shapes that a handler reads from its query string, by the names of its parameters."""
    parameters = handler.parsed_fn_signature.parameters
    return {name: field.annotation for name, field in parameters.items() if _MARK in field.metadata}


class QueryStrings(InitPlugin):
    """Give each handler the dependencies that read the query strings it declares."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Look at every handler once, when the application is made."""
        for handler in app_config.route_handlers:
            if isinstance(handler, HTTPRouteHandler) and (shapes := query_shapes(handler)):
                read = {name: Provide(_reader(shape, handler)) for name, shape in shapes.items()}
                handler.dependencies = {**(handler.dependencies or {}), **read}
        return app_config


def _reader(shape: type[msgspec.Struct], handler: HTTPRouteHandler) -> Callable[..., Any]:
    """Return what reads the query string after the other dependencies of the handler: one after another they cost less
    than a task group."""

    async def read(request: AnyRequest) -> msgspec.Struct:
        return decode_query(request.query_params.multi_items(), shape)

    async def read_after_me(request: AnyRequest, me: Person) -> msgspec.Struct:
        return await read(request)

    async def read_after_visit(request: AnyRequest, visit: RequestContext) -> msgspec.Struct:
        return await read(request)

    names = handler.parsed_fn_signature.parameters
    return read_after_me if "me" in names else read_after_visit if "visit" in names else read
