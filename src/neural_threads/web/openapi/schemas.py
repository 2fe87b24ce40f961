"""JSON Schema of our Structs."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

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


def schemas_of(kinds: Iterable[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    """A schema for each of these, and the shapes that they refer to by name."""
    result, named = msgspec.json.schema_components(kinds, schema_hook=_rest, ref_template=PLACE + "{name}")
    names = {name: _short(name) for name in named}
    return [_tidy(schema, names) for schema in result], {
        names[name]: _tidy(named[name], names) for name in sorted(named)
    }


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
