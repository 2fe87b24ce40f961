"""Query strings that handlers declare in their signatures: `search: InQuery[ChatSearch]`.

What may stand there:

- a Struct: decoded strictly, and 422 names every wrong field. The API takes these, and pages for links that we make ourselves.
- a `PageQuery`: texts that are taken as they stand; nothing is refused.
- a class with `from_query` of its own, which decides by itself: a search page shows what is wrong beside its field.

All of them pass over parameters that they do not know.
"""

import inspect
from collections.abc import Callable, Iterable
from functools import cache
from typing import Annotated, Any, Self, TypeVar, get_origin

import msgspec
from litestar import Request
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.plugins import InitPlugin

from neural_threads.platform.serialization.decode import decode_query
from neural_threads.platform.serialization.types import Shape

T = TypeVar("T")
_MARK = "query string"
InQuery = Annotated[T, _MARK]
"""A parameter of a handler that is read from the query string as this type."""

AnyRequest = Request[Any, Any, Any]
Pairs = Iterable[tuple[str, str]]


class PageQuery(Shape, frozen=True, kw_only=True):
    """Texts in the address of a page, each taken as it stands there; nothing is refused.

    Every field is a `str`, a `str | None` or a `list[str]` with a default. Of a parameter that stands there several times
    the first counts; a list takes all. `?alone` is "": only a parameter that is not there is None.
    """

    @classmethod
    def from_query(cls, query: Pairs) -> Self:
        """Read an address bar."""
        given: dict[str, list[str]] = {}
        for name, value in query:
            given.setdefault(name, []).append(value)
        texts = {
            name: given[wire] if is_list else given[wire][0] for name, wire, is_list in _texts(cls) if wire in given
        }
        return cls(**texts)


class DoneNotice(PageQuery, frozen=True, kw_only=True):
    """The deed of a form, for the page that it leads to. A word that the page does not know shows nothing."""

    done: str = ""


class SavedNotice(PageQuery, frozen=True, kw_only=True):
    """The form of the page that was saved just now."""

    saved: str = ""


class FromCursor(PageQuery, frozen=True, kw_only=True):
    """The cursor from which a list goes on. The list itself refuses one that is not its own."""

    cursor: str | None = None


def query_shapes(handler: HTTPRouteHandler) -> dict[str, Any]:
    """Return the types that a handler reads from its query string, by the names of its parameters."""
    parameters = handler.parsed_fn_signature.parameters
    return {name: field.annotation for name, field in parameters.items() if _MARK in field.metadata}


class QueryStrings(InitPlugin):
    """Give each handler the dependencies that read the query strings it declares."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Look at every handler once, when the application is made."""
        for handler in app_config.route_handlers:
            if isinstance(handler, HTTPRouteHandler) and (shapes := query_shapes(handler)):
                handler.dependencies = {**(handler.dependencies or {}), **_readers(handler, shapes)}
        return app_config


def _readers(handler: HTTPRouteHandler, shapes: dict[str, Any]) -> dict[str, Provide]:
    """Return what reads each of them, one after another and after who is asking: that costs less than a task group."""
    earlier: str | None = next(
        (name for name in ("me", "visit") if name in handler.parsed_fn_signature.parameters), None
    )
    readers: dict[str, Provide] = {}
    for name, shape in shapes.items():
        readers[name] = Provide(_reader(shape, earlier))
        earlier = name
    return readers


def _reader(shape: Any, earlier: str | None) -> Callable[..., Any]:
    """Return a dependency that reads the query string as this type, once the dependency called `earlier` is there."""
    of: Callable[[Pairs], Any] = getattr(shape, "from_query", None) or (lambda pairs: decode_query(pairs, shape))

    async def read(request: AnyRequest, **_earlier: Any) -> Any:
        return of(request.query_params.multi_items())

    # Litestar learns from the signature what a dependency waits for, and passes it by its name.
    kinds = {"request": AnyRequest, **({earlier: Any} if earlier else {})}
    parameters = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind) for name, kind in kinds.items()
    ]
    read.__annotations__ = {**kinds, "return": Any}
    read.__signature__ = inspect.Signature(parameters, return_annotation=Any)  # type: ignore[attr-defined]
    return read


@cache
def _texts(shape: type[PageQuery]) -> tuple[tuple[str, str, bool], ...]:
    """Return each field of a shape: its name, its name in an address, and True for a list."""
    fields = msgspec.structs.fields(shape)
    return tuple((field.name, field.encode_name, get_origin(field.type) is list) for field in fields)
