"""Build the OpenAPI object of one operation."""

import inspect
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

import msgspec

from neural_threads.platform import errors
from neural_threads.web.http.declared import Shapes
from neural_threads.web.http.event_stream import EVENT_STREAM
from neural_threads.web.http.responses import error_body, status_of

from .examples import FIELDS, example_of
from .operation import Operation, camel
from .schemas import PLACE, Schema

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


class OperationBuilder:
    """One operation in the words of OpenAPI."""

    def __init__(self, operation: Operation, schema_of: dict[str, Schema], named: dict[str, Schema]) -> None:
        self._is = operation
        self._schema_of = schema_of
        self._named = named

    def operation(self) -> dict[str, Any]:
        """All of it."""
        handler = self._is.handler
        words = inspect.getdoc(handler.fn) or ""
        name = handler.fn.__name__
        payload: dict[str, Any] = {
            "tags": [self._is.feature],
            "operationId": f"{self._is.feature}.{camel(name)}",
            "summary": handler.summary or words.partition("\n")[0].rstrip("."),
            "description": "\n\n".join(filter(None, [words, f"For {self._is.whom}." if self._is.whom else ""])),
            "parameters": [*self._in_path(), *self._in_query(), *self._in_headers()],
            "responses": {str(status): self._response(status) for status in sorted(self._statuses())},
            "security": self._security(),
        }
        if self._is.takes_body:
            payload["requestBody"] = self._body()
        return payload

    # What it takes

    def _in_path(self) -> Iterator[dict[str, Any]]:
        for name in self._is.parameters:
            schema = {"type": "string", "minLength": 1}
            yield self._parameter("path", name, schema, required=True)

    def _in_query(self) -> Iterator[dict[str, Any]]:
        for shape in self._is.queries:
            for field in msgspec.structs.fields(shape):
                schema = _without_null(self._schema_of[repr(field.type)])
                if not field.required and isinstance(field.default, str | int) and field.default != "":
                    schema = {**schema, "default": field.default}
                yield self._parameter("query", field.encode_name, schema, required=field.required)

    def _in_headers(self) -> Iterator[dict[str, Any]]:
        for name in self._is.headers:
            words, schema = HEADERS[name]
            yield {**self._parameter("header", name, schema), "description": words}

    def _parameter(self, place: str, name: str, schema: Schema, *, required: bool = False) -> dict[str, Any]:
        example = example_of(schema, self._named, name if name in FIELDS or place != "path" else "id")
        return {"in": place, "name": name, "required": required, "schema": schema, "example": example}

    def _body(self) -> dict[str, Any]:
        content: dict[str, Any] = {}
        takes = self._is.takes
        if takes.json:
            content[JSON] = self._any_of(takes.json)
        if takes.form:
            content["application/x-www-form-urlencoded"] = self._any_of(takes.form)
        if takes.beside_file is not None:
            content["multipart/form-data"] = self._form_with_file(takes.beside_file)
        return {"required": not self._is.handler.opt.get("body_may_be_missing"), "content": content}

    def _any_of(self, shapes: Iterable[Any]) -> dict[str, Any]:
        schemas = [self._schema_of[repr(shape)] for shape in shapes]
        examples = {
            schema["$ref"].removeprefix(PLACE): {"value": example_of(schema, self._named)} for schema in schemas
        }
        return {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}, "examples": examples}

    def _form_with_file(self, shapes: Shapes) -> dict[str, Any]:
        file = {"type": "string", "format": "binary", "description": "A picture: JPEG, PNG, GIF or WebP"}
        schema: Schema = {"type": "object", "properties": {}, "required": []}
        for shape in shapes:
            beside = self._named[self._schema_of[repr(shape)]["$ref"].removeprefix(PLACE)]
            schema["properties"] |= beside["properties"]
            schema["required"] += beside.get("required", [])
        schema["properties"]["file"] = file
        schema["required"].append("file")
        return {
            "schema": {**schema, "additionalProperties": False},
            "examples": {"form": {"value": example_of(schema, self._named)}},
        }

    # What it answers

    def _statuses(self) -> set[int]:
        return {*self._is.statuses, *(_status_of(kind) for kind, _code in self._is.refusals)}

    def _response(self, status: int) -> dict[str, Any]:
        payload: dict[str, Any] = {"description": NAMES_OF_STATUS[status]}
        if status >= 400:
            payload["content"] = {JSON: self._errors(status)}
        elif status < 300:
            payload["content"] = self._success()
        if status in (429, 503):
            payload["headers"] = {
                "Retry-After": {"description": "In how many seconds", "required": True, "schema": {"type": "integer"}}
            }
        elif self._is.is_conditional and status < 400:
            payload["headers"] = {"ETag": {"description": "For If-None-Match", "schema": {"type": "string"}}}
        return payload

    def _errors(self, status: int) -> dict[str, Any]:
        mine = {code: kind for kind, code in sorted(self._is.refusals, key=repr) if _status_of(kind) == status}
        examples = {code: {"value": _refused(mine[code], code)} for code in sorted(mine)}
        return {"schema": {"$ref": PLACE + "Error"}, "examples": examples}

    def _success(self) -> dict[str, Any]:
        media_type = str(self._is.handler.media_type or JSON)
        if media_type == EVENT_STREAM:
            return _EVENTS
        if media_type != JSON:
            return {media_type: {"schema": {"type": "string", "format": "binary"}}}
        kind = self._is.answer
        schema = self._schema_of[repr(kind)]
        if not self._is.is_whole:
            schema = _envelope(None if kind is None or kind is type(None) else schema)
        payload = {JSON: {"schema": schema, "examples": {"answer": {"value": example_of(schema, self._named)}}}}
        return payload | (_EVENTS if self._is.handler.opt.get("may_stream") else {})

    def _security(self) -> list[dict[str, list[str]]]:
        guarded: list[dict[str, list[str]]]
        guarded = [{"bearer": []}, {"session": [], "csrf": []} if self._is.is_unsafe else {"session": []}]
        if self._is.needs_somebody:
            return guarded
        return [*guarded, {"visitor": [], "csrf": []} if self._is.is_unsafe else {}]


def _without_null(schema: Schema) -> Schema:
    """In a query, what is null is simply not there."""
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    return options[0] if len(options) == 1 else schema


def _envelope(data: Schema | None) -> Schema:
    properties: Schema = {"success": {"const": True}, **({} if data is None else {"data": data})}
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
