"""One operation: a method of a path, and its handler."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, get_args, get_origin

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from neural_threads import __name__ as package
from neural_threads.platform import errors
from neural_threads.web.http import role_guards
from neural_threads.web.http.csrf import WrongOrigin
from neural_threads.web.http.responses import Reply

from .reading import Found, Refusal, read

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


class Operation(NamedTuple):
    """One method of one address."""

    path: str
    method: str
    handler: HTTPRouteHandler
    found: Found

    @property
    def is_unsafe(self) -> bool:
        """True if it changes something."""
        return self.method not in role_guards.SAFE

    @property
    def feature(self) -> str:
        """Return the tag that the document shows for it."""
        module = self.handler.fn.__module__.removeprefix(f"{package}.web.")
        return next((tag for room, tag in TAGS.items() if module.startswith(room)), module.split(".")[0])

    @property
    def json(self) -> list[type[msgspec.Struct]]:
        """What may come as a JSON body."""
        body = self.handler.parsed_data_field
        return [body.annotation] if body else self.found.json

    @property
    def takes_body(self) -> bool:
        """True if it reads one at all."""
        return bool(self.json or self.found.takes_file)

    @property
    def needs_somebody(self) -> bool:
        """True if one must be signed in."""
        return "me" in self.handler.parsed_fn_signature.parameters

    @property
    def whom(self) -> str:
        """For whom alone it is, if so."""
        return next((FOR_WHOM[guard] for guard in self.handler.guards or () if guard in FOR_WHOM), "")

    @property
    def spoken_path(self) -> str:
        """The path as readers know it: `/api/chat/{chatId}/read`."""
        return re.sub(r"\{(\w+):\w+\}", lambda match: "{" + camel(match[1]) + "}", self.path)

    @property
    def parameters(self) -> list[str]:
        """Those in the path."""
        return [camel(name) for name in re.findall(r"\{(\w+):\w+\}", self.path)]

    @property
    def answer(self) -> Any:
        """The type of the answer: said outright with its siblings, else what the handler replies as `data`."""
        if result := self.handler.responses:
            return next(iter(result.values())).data_container
        answer = self.handler.parsed_fn_signature.return_type.annotation
        return next(iter(get_args(answer)), None) if get_origin(answer) is Reply else None

    @property
    def kinds(self) -> Iterator[Any]:
        """Every type that stands in what it takes and answers."""
        yield from (*self.json, *self.found.forms, *self.found.beside_file)
        yield from (field.type for shape in self.found.queries for field in msgspec.structs.fields(shape))
        yield self.answer

    @property
    def refusals(self) -> set[Refusal]:
        """What its code may raise, and what may be refused before that."""
        result = self.found.refusals | {_plain(errors.Unavailable)}
        if self.needs_somebody or self.is_unsafe:
            result.add(_plain(errors.NotSignedIn))
        if self.is_unsafe:
            result.add(_plain(WrongOrigin))
        if self.whom:
            result.add(_plain(errors.Forbidden))
        if self.takes_body:
            result |= {_plain(kind) for kind in (errors.Malformed, errors.TooLarge, errors.WrongType, errors.Invalid)}
        if self.found.queries:
            result.add(_plain(errors.Invalid))
        return result


def operations_of(app: Litestar) -> Iterator[Operation]:
    """Everything under /api."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if route.path.startswith("/api/"):
                result = read(handler.fn)
                yield from (
                    Operation(route.path, m, handler, result)
                    for m in sorted(handler.http_methods - {"OPTIONS", "HEAD"})
                )


def camel(name: str) -> str:
    """The name as it stands on the wire."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _plain(kind: type[errors.ThreadsError]) -> Refusal:
    return kind, kind.code
