"""Convert database rows into the types that a query asks for."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

import msgspec
from psycopg.types.datetime import TimestamptzBinaryLoader

from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.types import Moment

T = TypeVar("T")


def first_column(row: Sequence[Any]) -> Any:
    return row[0]


@cache
def row_reader(shape: Any, names: tuple[bytes, ...]) -> Callable[[Sequence[Any]], Any]:
    """Return how a row with these columns becomes a `shape`; looked up once per statement, not per row.

    Columns named `cursor_…` are for `Db.page` and belong to no shape.
    """
    own = [i for i, name in enumerate(names) if not name.startswith(b"cursor_")]
    if len(own) < len(names):
        inner = row_reader(shape, tuple(names[i] for i in own))
        return lambda row: inner([row[i] for i in own])
    columns = [name.decode() for name in names]
    if not issubclass(shape, msgspec.Struct):
        return lambda row: row[0]
    kinds = {field.name: field.type for field in msgspec.structs.fields(shape)}
    converters = [(i, _converter(kinds[name])) for i, name in enumerate(columns) if _converter(kinds[name])]

    def make(row: Sequence[Any]) -> Any:
        values = list(row)
        for i, convert in converters:
            if convert is not None and values[i] is not None:
                values[i] = convert(values[i])
        return shape(**dict(zip(columns, values, strict=True)))

    return make


@cache
def keyed_reader(shape: Any, names: tuple[bytes, ...]) -> Callable[[Sequence[Any]], tuple[tuple[Any, Any], Any]]:
    """Return how a row becomes the key of its place in a list and a `shape`.

    The key is in the columns `cursor_at` and `cursor_id`, or `cursor_at` and `id`.
    """
    at = names.index(b"cursor_at")
    id = names.index(b"cursor_id" if b"cursor_id" in names else b"id")
    make = row_reader(shape, names)
    return lambda row: ((row[at], row[id]), make(row))


@cache
def _converter(kind: Any) -> Callable[[Any], Any] | None:
    """Nested Structs, enums and moments inside them are converted; everything else PostgreSQL gives as it should be."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if not _needs_conversion(msgspec.inspect.type_info(kind)):
        return None
    return lambda value: msgspec.convert(value, kind, strict=False, dec_hook=_decode_rest)


def _needs_conversion(info: msgspec.inspect.Type) -> bool:
    if isinstance(info, msgspec.inspect.StructType | msgspec.inspect.EnumType):
        return True
    if isinstance(info, msgspec.inspect.CustomType):
        return info.cls is PrivateImage
    if isinstance(info, msgspec.inspect.ListType):
        return _needs_conversion(info.item_type)
    if isinstance(info, msgspec.inspect.VarTupleType):
        return True
    return isinstance(info, msgspec.inspect.UnionType) and any(_needs_conversion(t) for t in info.types)


def _decode_rest(kind: type, value: Any) -> Any:
    if kind is Moment:
        return Moment.of(value if isinstance(value, datetime) else datetime.fromisoformat(value))
    if kind is PrivateImage:
        return PrivateImage(value)
    raise NotImplementedError(f"no {kind} from {type(value)}")


def json_decoder(shape: type[T]) -> msgspec.json.Decoder[T]:
    """Reads the JSON that a statement put together, moments and private images included."""
    return msgspec.json.Decoder(shape, dec_hook=_decode_rest)


class MomentLoader(TimestamptzBinaryLoader):
    """timestamptz as a Moment: UTC, milliseconds."""

    def load(self, data: Any) -> Moment:
        return Moment.of(super().load(data))
