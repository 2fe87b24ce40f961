"""One operation: a method of a path, and its handler."""

import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple, get_args, get_origin

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter

from neural_threads import __name__ as package
from neural_threads.platform import errors
from neural_threads.platform.db.keyset_paging import InvalidCursor
from neural_threads.web.http import role_guards
from neural_threads.web.http.declared import Takes
from neural_threads.web.http.form_refusals import SAFE, WrongOrigin
from neural_threads.web.http.query import query_shapes
from neural_threads.web.http.responses import ApiAnswer, Reply

FOR_WHOM = {
    role_guards.customer: "customers",
    role_guards.designer: "designers",
    role_guards.tailor: "tailors",
    role_guards.provider: "designers and tailors",
}


TAGS = {
    "account_deletion.": "departure",
    "catalog.designs.": "designs",
    "catalog.": "marketplace",
    "data_export.": "departure",
    "portfolio.": "makers",
    "providers.": "makers",
}
"""Tags that are not called as the package is; readers of the document know these."""


Refusal = tuple[type[errors.ThreadsError], str]
"""An error, and the code it is raised with."""


class Operation(NamedTuple):
    """One method of one address."""

    path: str
    method: str
    handler: HTTPRouteHandler

    @property
    def is_unsafe(self) -> bool:
        """True if it changes something."""
        return self.method not in SAFE

    @property
    def feature(self) -> str:
        """Return the tag that the document shows for it."""
        module = self.handler.fn.__module__.removeprefix(f"{package}.web.")
        return next((tag for room, tag in TAGS.items() if module.startswith(room)), module.split(".")[0])

    @property
    def takes(self) -> Takes:
        """The bodies it reads: `data` of its signature, or what it declares."""
        body = self.handler.parsed_data_field
        declared: Takes = self.handler.opt.get("takes", Takes())
        return Takes(json=(body.annotation,)) if body else declared

    @property
    def takes_body(self) -> bool:
        """True if it reads one at all."""
        return self.takes != Takes()

    @property
    def queries(self) -> list[type[msgspec.Struct]]:
        """The shapes of its query string."""
        return list(query_shapes(self.handler).values())

    @property
    def headers(self) -> list[str]:
        """The headers of the request that it looks at."""
        fields = self.handler.parsed_fn_signature.parameters.values()
        declared = [str(f.kwarg_definition.name) for f in fields if isinstance(f.kwarg_definition, HeaderParameter)]
        return [*declared, *(["If-None-Match"] if self.is_conditional else [])]

    @property
    def is_conditional(self) -> bool:
        """True if its answer has an ETag, and 304 confirms it."""
        return bool(self.handler.opt.get("conditional"))

    @property
    def statuses(self) -> set[int]:
        """The status codes of success."""
        more = {200: "may_repeat", 304: "conditional"}
        return {self.handler.status_code, *(status for status, name in more.items() if self.handler.opt.get(name))}

    @property
    def needs_somebody(self) -> bool:
        """True if one must be signed in."""
        return "me" in self.handler.parsed_fn_signature.parameters

    @property
    def whom(self) -> str:
        """The role that the operation is for, if for one only."""
        return next((FOR_WHOM[guard] for guard in self.handler.guards or () if guard in FOR_WHOM), "")

    @property
    def words(self) -> str:
        """The docstring of the handler."""
        return inspect.getdoc(self.handler.fn) or ""

    @property
    def security(self) -> list[dict[str, list[str]]]:
        """The ways in: a token, cookies with CSRF, and where nobody need be signed in a visitor's cookie."""
        ways: list[dict[str, list[str]]] = [
            {"bearer": []},
            {"session": [], "csrf": []} if self.is_unsafe else {"session": []},
        ]
        if self.needs_somebody:
            return ways
        return [*ways, {"visitor": [], "csrf": []} if self.is_unsafe else {}]

    @property
    def answer(self) -> Any:
        """The type of the answer: what the handler replies, or what it declares in `responses` where it replies bytes."""
        if result := self.handler.responses:
            return next(iter(result.values())).data_container
        answer = self.handler.parsed_fn_signature.return_type.annotation
        return next(iter(get_args(answer)), None) if get_origin(answer) is Reply else None

    @property
    def is_whole(self) -> bool:
        """True if the type of the answer names everything, so that no envelope is put around it."""
        kind = get_origin(self.answer) or self.answer
        return bool(self.handler.responses) or (isinstance(kind, type) and issubclass(kind, ApiAnswer))

    @property
    def kinds(self) -> Iterator[Any]:
        """Every type that stands in what it takes and answers."""
        yield from (*self.takes.json, *self.takes.form, *(self.takes.beside_file or ()))
        yield from (field.type for shape in self.queries for field in msgspec.structs.fields(shape))
        yield self.answer

    @property
    def refusals(self) -> set[Refusal]:
        """The errors that the handler declares, and those that follow from its signature."""
        declared: tuple[type[errors.ThreadsError], ...] = self.handler.opt.get("refusals", ())
        return {(kind, _code_of(kind)) for kind in (*declared, *self._implied())}

    def _implied(self) -> Iterator[type[errors.ThreadsError]]:
        yield errors.Unavailable
        if self.needs_somebody or self.is_unsafe:
            yield errors.NotSignedIn
        if self.is_unsafe:
            yield WrongOrigin
        if self.whom:
            yield errors.Forbidden
        if "{" in self.path:
            yield errors.NotFound
        if self.takes_body:
            yield from (errors.Malformed, errors.TooLarge, errors.WrongType)
        if self.takes_body or self.queries:
            yield errors.Invalid
        if any("cursor" in shape.__struct_fields__ for shape in self.queries):
            yield InvalidCursor


def operations_of(app: Litestar) -> Iterator[Operation]:
    """Return all operations under /api."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if route.path.startswith("/api/"):
                methods = sorted(handler.http_methods - {"OPTIONS", "HEAD"})
                yield from (Operation(route.path, method, handler) for method in methods)


def camel(name: str) -> str:
    """The name as it stands on the wire."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _code_of(kind: type[errors.ThreadsError]) -> str:
    """The code of an error, which some know only once they are made."""
    try:
        return kind().code
    except TypeError:  # It wants to know more first.
        return kind.code
