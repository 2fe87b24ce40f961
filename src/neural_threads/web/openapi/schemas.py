"""JSON Schema of our Structs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import UnionType
from typing import Any

import msgspec
from litestar.openapi import spec
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.types import Moment

PLACE = "#/components/schemas/"
Schema = dict[str, Any]

ERROR: Schema = {
    "title": "Error",
    "description": "The one shape of every refusal: a code for programs, a sentence for people, the fields it is about.",
    "type": "object",
    "properties": {
        "success": {"const": False},
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "string", "pattern": "^[A-Z][A-Z_]*$"},
                "message": {"type": "string", "minLength": 1},
                "fields": {"type": "object", "additionalProperties": {"type": "string"}},
            },
            "required": ["code", "message"],
            "additionalProperties": False,
        },
    },
    "required": ["success", "error"],
    "additionalProperties": False,
}


class Schemas:
    """Schemas of these types by msgspec, and the shapes that they refer to by name."""

    def __init__(self, kinds: Iterable[Any]) -> None:
        target = list(kinds)
        found, named = msgspec.json.schema_components(target, schema_hook=_rest, ref_template=PLACE + "{name}")
        names = {name: _short(name) for name in named}
        self._known = {repr(kind): _tidy(schema, names) for kind, schema in zip(target, found, strict=True)}
        self.named: dict[str, Schema] = {names[name]: _tidy(named[name], names) for name in sorted(named)}

    def of(self, kind: Any) -> Schema:
        """The schema of a type."""
        known: Schema | None = self._known.get(repr(kind))
        return msgspec.json.schema(kind, schema_hook=_rest) if known is None else known


@dataclass
class WrittenSchema(spec.Schema):
    """A schema that is written already."""

    written: Schema = field(default_factory=dict)

    def to_schema(self) -> Schema:
        """It, as it is."""
        return self.written


class ShapesByMsgspec(OpenAPISchemaPlugin):
    """A plugin by which Litestar's generator describes every type as msgspec does, which reads and writes them."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        """All but unions, which the generator takes apart; of ours only the text of a header is one."""
        return not isinstance(value, UnionType)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> WrittenSchema:
        """The schema of the type itself; what a signature says beside it is for readers of the signature."""
        return WrittenSchema(written=self._schemas.of(field_definition.annotation))


def _rest(kind: type) -> Schema:
    if issubclass(kind, Moment):
        return {"type": "string", "format": "date-time"}
    if issubclass(kind, PrivateImage):
        return {"type": "string"}
    raise NotImplementedError


def _short(name: str) -> str:
    """Two shapes of one name are told apart by their feature: neural_threads.features.chat.shapes.X is chat.X."""
    name = re.sub(r"\APage_(.+)_\Z", r"\1Page", name)
    parts = name.split(".")
    return f"{parts[-3]}.{parts[-1]}" if len(parts) > 3 else name


def _tidy(schema: Any, names: dict[str, str]) -> Any:
    if isinstance(schema, list):
        return [_tidy(part, names) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":  # Money is a number on our wire.
        return {"type": "number"}
    tidy = {name: _tidy(part, names) for name, part in schema.items()}
    if isinstance(place := schema.get("$ref"), str):
        tidy["$ref"] = PLACE + names[place.removeprefix(PLACE)]
    if isinstance(pattern := schema.get("pattern"), str):  # As JavaScript says it.
        tidy["pattern"] = pattern.replace(r"\A", "^").replace(r"\Z", "$")
    if "success" in schema.get("properties", {}):  # Always there, though nobody who makes an answer says so.
        tidy["properties"]["success"] = {"const": True}
        tidy["required"] = ["success", *(name for name in tidy["required"] if name != "success")]
    return tidy
