"""One operation of the document: Litestar's, with our examples and refusals, and with what handlers declare."""

import inspect
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any, ClassVar

import msgspec
from litestar.openapi import spec

from neural_threads.platform import errors
from neural_threads.web.http.declared import Shapes
from neural_threads.web.http.event_stream import EVENT_STREAM
from neural_threads.web.http.responses import error_body, status_of

from .examples import FIELDS, example_of
from .operation import Operation, camel
from .schemas import PLACE, Schema, Schemas

JSON = "application/json"
HEADERS = {
    "Idempotency-Key": (
        "A name for this request: sent again under it, it is done once.",
        {"type": "string", "pattern": "^[\x21-\x7e]{1,200}$"},
    ),
    "If-None-Match": (
        "The ETag of the answer that one has; 304 when it still holds.",
        {"type": "string"},
    ),
}
NAMES_OF_STATUS = {
    200: "Done, or what was asked for",
    201: "Something new is there",
    304: "What the ETag stands for still holds",
    **{status: HTTPStatus(status).phrase for status in (400, 401, 403, 404, 409, 413, 415, 422, 429, 502, 503, 507)},
}
_EVENTS = {
    EVENT_STREAM: {
        "schema": {"type": "string", "description": "Server-sent events, each with JSON as its data"},
        "examples": {"events": {"value": 'event: delta\ndata: {"text":"Wear the indigo kurta."}\n\n'}},
    }
}


class DescribedOperation(spec.Operation):
    """The findings of Litestar's generator in a signature, and what stands beside it in the declarations of the handler."""

    facts: ClassVar[Operation]
    schemas: ClassVar[Schemas]

    @classmethod
    def of(cls, facts: Operation, schemas: Schemas) -> type[spec.Operation]:
        """The class for one handler: the generator makes its operation of it."""
        return type(cls.__name__, (cls,), {"facts": facts, "schemas": schemas})

    def to_schema(self) -> dict[str, Any]:
        """The operation as the document shows it."""
        found = super().to_schema()
        found.pop("deprecated", None)
        found["parameters"] = [
            *(self._example(each) for each in found.get("parameters", ()) if each["in"] == "path"),
            *self._in_query(),
            *self._in_headers(),
        ]
        if self.facts.takes_body:
            found["requestBody"] = self._body()
        answer = found["responses"][str(self.facts.handler.status_code)].get("content", {})
        statuses = {*self.facts.statuses, *(_status_of(kind) for kind, _code in self.facts.refusals)}
        found["responses"] = {str(status): self._response(status, answer) for status in sorted(statuses)}
        return found

    # What it takes

    def _example(self, parameter: dict[str, Any]) -> dict[str, Any]:
        """A parameter of the path by its name on the wire, with an example."""
        name = camel(parameter["name"])
        return self._parameter("path", name, {**parameter["schema"], "minLength": 1}, required=True)

    def _in_query(self) -> Iterator[dict[str, Any]]:
        for shape in self.facts.queries:
            for each in msgspec.structs.fields(shape):
                schema = _without_null(self.schemas.of(each.type))
                if not each.required and isinstance(each.default, str | int) and each.default != "":
                    schema = {**schema, "default": each.default}
                yield self._parameter("query", each.encode_name, schema, required=each.required)

    def _in_headers(self) -> Iterator[dict[str, Any]]:
        for name in self.facts.headers:
            words, schema = HEADERS[name]
            yield {**self._parameter("header", name, schema), "description": words}

    def _parameter(self, place: str, name: str, schema: Schema, *, required: bool = False) -> dict[str, Any]:
        example = example_of(schema, self.schemas.named, name if name in FIELDS or place != "path" else "id")
        return {"in": place, "name": name, "required": required, "schema": schema, "example": example}

    def _body(self) -> dict[str, Any]:
        content: dict[str, Any] = {}
        takes = self.facts.takes
        if takes.json:
            content[JSON] = self._any_of(takes.json)
        if takes.form:
            content["application/x-www-form-urlencoded"] = self._any_of(takes.form)
        if takes.beside_file is not None:
            content["multipart/form-data"] = self._form_with_file(takes.beside_file)
        return {"required": not self.facts.handler.opt.get("body_may_be_missing"), "content": content}

    def _any_of(self, shapes: Iterable[Any]) -> dict[str, Any]:
        schemas = [self.schemas.of(shape) for shape in shapes]
        examples = {
            schema["$ref"].removeprefix(PLACE): {"value": example_of(schema, self.schemas.named)} for schema in schemas
        }
        return {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}, "examples": examples}

    def _form_with_file(self, shapes: Shapes) -> dict[str, Any]:
        file = {"type": "string", "format": "binary", "description": "A picture: JPEG, PNG, GIF or WebP"}
        schema: Schema = {"type": "object", "properties": {}, "required": []}
        for shape in shapes:
            beside = self.schemas.named[self.schemas.of(shape)["$ref"].removeprefix(PLACE)]
            schema["properties"] |= beside["properties"]
            schema["required"] += beside.get("required", [])
        schema["properties"]["file"] = file
        schema["required"].append("file")
        return {
            "schema": {**schema, "additionalProperties": False},
            "examples": {"form": {"value": example_of(schema, self.schemas.named)}},
        }

    # What it answers

    def _response(self, status: int, answer: dict[str, Any]) -> dict[str, Any]:
        payload: dict[str, Any] = {"description": NAMES_OF_STATUS[status]}
        if status >= 400:
            payload["content"] = {JSON: self._errors(status)}
        elif status < 300:
            payload["content"] = self._success(answer)
        if status in (429, 503):
            payload["headers"] = {
                "Retry-After": {"description": "In how many seconds", "required": True, "schema": {"type": "integer"}}
            }
        elif self.facts.is_conditional and status < 400:
            payload["headers"] = {"ETag": {"description": "For If-None-Match", "schema": {"type": "string"}}}
        return payload

    def _errors(self, status: int) -> dict[str, Any]:
        mine = {code: kind for kind, code in sorted(self.facts.refusals, key=repr) if _status_of(kind) == status}
        examples = {code: {"value": _refused(mine[code], code)} for code in sorted(mine)}
        return {"schema": {"$ref": PLACE + "Error"}, "examples": examples}

    def _success(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer as Litestar found it, in the envelope unless it names everything itself, and an example."""
        (media_type, content), *_none = answer.items()
        if media_type == EVENT_STREAM:
            return _EVENTS
        if media_type != JSON:
            return {media_type: {"schema": {"type": "string", "format": "binary"}}}
        schema = content["schema"] if self.facts.is_whole else _envelope(content["schema"])
        payload = {JSON: {"schema": schema, "examples": {"answer": {"value": example_of(schema, self.schemas.named)}}}}
        return payload | (_EVENTS if self.facts.handler.opt.get("may_stream") else {})


def _without_null(schema: Schema) -> Schema:
    """In a query, what is null is simply not there."""
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    return options[0] if len(options) == 1 else schema


def _envelope(data: Schema) -> Schema:
    properties: Schema = {"success": {"const": True}, **({} if data == {"type": "null"} else {"data": data})}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _status_of(kind: type[errors.ThreadsError]) -> int:
    """The status code of a class of errors."""
    return status_of(kind.__new__(kind))


def _refused(kind: type[errors.ThreadsError], code: str) -> dict[str, Any]:
    """The error as it is said, in English and without its fields."""
    try:
        error = kind()
    except TypeError:  # It wants to know more; its caption will do.
        error = errors.ThreadsError((inspect.getdoc(kind) or "").partition("\n")[0])
    error.code, error.fields = code, {}
    return error_body(error)
