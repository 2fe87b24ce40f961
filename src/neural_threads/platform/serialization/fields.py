"""The fields of a Struct by the names that they have in JSON, and which of them must show something."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from .text import is_blank
from .types import RUPEES, VISIBLE


@cache
def wire_fields(shape: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """The fields by their wire names. msgspec works them out anew each time, which would cost more than the decoding."""
    return {field.encode_name: field for field in msgspec.structs.fields(shape)}


def blank_fields(value: msgspec.Struct) -> Iterator[str]:
    """Yield the wire names of fields marked `Meta(extra=VISIBLE)` in which a reader would see nothing."""
    for wire_name, name in _visible_fields(type(value)):
        given = getattr(value, name)
        texts = given if isinstance(given, list | tuple) else [given]
        if any(isinstance(text, str) and is_blank(text) for text in texts):
            yield wire_name


@cache
def _visible_fields(shape: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    return tuple((wire, field.name) for wire, field in wire_fields(shape).items() if _is_marked(field.type, VISIBLE))


@cache
def amounts(shape: type[msgspec.Struct]) -> frozenset[str]:
    """Return the wire names of fields marked `Meta(extra=RUPEES)`."""
    return frozenset(wire for wire, field in wire_fields(shape).items() if _is_marked(field.type, RUPEES))


def _is_marked(kind: Any, mark: dict[str, Any]) -> bool:
    """Return True when the type, one of a union, or that of a list's items has this extra."""
    info = kind if isinstance(kind, msgspec.inspect.Type) else msgspec.inspect.type_info(kind)
    if isinstance(info, msgspec.inspect.Metadata):
        return mark.items() <= (info.extra or {}).items() or _is_marked(info.type, mark)
    if isinstance(info, msgspec.inspect.UnionType):
        return any(_is_marked(option, mark) for option in info.types)
    return isinstance(info, msgspec.inspect.CollectionType) and _is_marked(info.item_type, mark)
