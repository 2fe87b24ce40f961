"""The wire: JSON in camelCase out, strictly checked JSON, forms and query strings in."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from .errors import Invalid, Malformed
from .i18n import gettext as _
from .i18n import ngettext
from .media_address import PrivatePicture

NO_NUL = r"\A[^\x00]*\Z"
Text = Annotated[str, Meta(pattern=NO_NUL)]
"""Any text that PostgreSQL can store, exactly as it was typed."""
Line = Annotated[str, Meta(pattern=r"\A[^\x00\r\n]*\Z", min_length=1, max_length=200)]
"""Text of one line, never empty."""
Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_/-]+\Z", min_length=1, max_length=200)]
"""What may stand in an id or a public id."""


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A thing as everybody sees it: the row, the answer and the event."""


class Incoming(Shape, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What comes in from outside: no field that we do not know, no type but the one named."""

    def problems(self) -> Mapping[str, str]:
        """Rules across fields: wire name -> sentence. Empty when all is well."""
        return {}


T = TypeVar("T", bound=msgspec.Struct)


class Moment(datetime):
    """A UTC time that encodes with milliseconds, as the wire asks (msgspec itself would write microseconds)."""

    @classmethod
    def of(cls, time: datetime) -> "Moment":
        """The same instant in UTC, cut to the millisecond."""
        utc = time.astimezone(UTC)
        return cls(
            utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond // 1000 * 1000, tzinfo=UTC
        )

    @classmethod
    def current(cls) -> "Moment":
        """The time as it is now."""
        return cls.of(datetime.now(UTC))


def _encode_rest(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, PrivatePicture):
        return value.signed
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise NotImplementedError(f"{type(value).__name__} has no form on the wire")


def iso(time: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_encoder = msgspec.json.Encoder(enc_hook=_encode_rest, decimal_format="number")


def encode(value: object) -> bytes:
    """JSON bytes: camelCase names, money as numbers, times in UTC with milliseconds."""
    return _encoder.encode(value)


def decode_json(raw: bytes, shape: type[T]) -> T:
    """Read a JSON body. Malformed when it is no JSON; Invalid, with every field at fault, when it does not fit."""
    try:
        value: T = _decoder(shape).decode(raw)
    except (RecursionError, UnicodeDecodeError):
        raise Malformed() from None
    except msgspec.DecodeError:
        return _examine(_loads(raw), shape, strict=True)
    return _sound(value)


def decode_form(form: Mapping[str, Any] | Iterable[tuple[str, Any]], shape: type[T]) -> T:
    """Read a posted form: texts become numbers and truths where the shape asks; an empty field counts as absent."""
    return _examine(_gather(form, shape), shape, strict=False)


def decode_query(query: Iterable[tuple[str, str]], shape: type[T]) -> T:
    """Read a query string: lists may be repeated or comma-separated; parameters nobody knows are passed over."""
    known = _fields(shape)
    pairs = [(name, value) for name, value in query if name in known]
    return _examine(_gather(pairs, shape, commas=True), shape, strict=False)


def encode_query(asked: msgspec.Struct) -> list[tuple[str, str]]:
    """The other way round: names and values as a query string has them; what is as usual is left out."""
    found: list[tuple[str, str]] = []
    for name, field in _fields(type(asked)).items():
        value = getattr(asked, field.name)
        if value != field.default:
            found += [(name, _in_query(each)) for each in (value if isinstance(value, tuple) else (value,))]
    return found


def _in_query(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.5f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


@cache
def _decoder(shape: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(shape)


@cache
def _fields(shape: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """The fields by their wire names. msgspec works them out anew each time, which would cost more than the decoding."""
    return {field.encode_name: field for field in msgspec.structs.fields(shape)}


@cache
def _lists(shape: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(name for name, field in _fields(shape).items() if _is_list(field.type))


def _loads(raw: bytes) -> Mapping[str, object]:
    """The slow reader, which lets lone surrogates through so that we can name the field they stand in."""

    def refuse(constant: str) -> object:
        raise ValueError(constant)

    try:
        data = json.loads(raw, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Malformed() from None
    if not isinstance(data, dict):
        raise Malformed(_("We expected a JSON object."))
    return data


def _gather(
    pairs: Mapping[str, Any] | Iterable[tuple[str, Any]], shape: type[T], *, commas: bool = False
) -> dict[str, object]:
    """Fold repeated names into lists where the shape has a list; refuse them where it has one value."""
    lists = _lists(shape)
    found: dict[str, list[Any]] = {}
    for name, value in _pairs(pairs):
        parts = value.split(",") if commas and name in lists else [value]
        found.setdefault(name, []).extend(part for part in parts if part != "")
    doubled = {
        name: _("Give this only once.") for name, values in found.items() if len(values) > 1 and name not in lists
    }
    if doubled:
        raise Invalid(fields=doubled)
    return {name: values if name in lists else values[0] for name, values in found.items() if values}


def _pairs(pairs: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    if hasattr(pairs, "multi_items"):
        return list(pairs.multi_items())
    if isinstance(pairs, Mapping):
        return [(n, v) for n, value in pairs.items() for v in (value if isinstance(value, list) else [value])]
    return pairs


@cache
def _is_list(kind: Any) -> bool:
    return any(isinstance(option, msgspec.inspect.CollectionType) for option in _options(kind))


def _examine(data: Mapping[str, object], shape: type[T], *, strict: bool) -> T:
    """Look at each field by itself, so that a person hears of all mistakes at once."""
    known = _fields(shape)
    wrong: dict[str, str] = {}
    if shape.__struct_config__.forbid_unknown_fields:
        wrong = {name: _("We do not know this field.") for name in data if name not in known}
    for name, field in known.items():
        if name not in data:
            if field.required:
                wrong[name] = _("Please fill this in.")
            continue
        try:
            _refuse_surrogates(data[name])
            _convert(data[name], field.type, strict=strict)
        except (msgspec.ValidationError, UnicodeEncodeError) as error:
            wrong[name] = _sentence(str(error))
    if wrong:
        raise Invalid(fields=wrong)
    try:
        return _sound(msgspec.convert(dict(data), shape, strict=strict))
    except msgspec.ValidationError as error:
        raise Invalid(_sentence(str(error))) from None


def _convert(value: object, kind: Any, *, strict: bool) -> None:
    # msgspec's lax mode reads "5.0" as an integer; a person who writes that means a mistake.
    if not strict and isinstance(value, str) and _wants_int(kind) and not re.fullmatch(r"-?\d{1,18}", value):
        raise msgspec.ValidationError("Expected `int`")
    msgspec.convert(value, kind, strict=strict)


@cache
def _wants_int(kind: Any) -> bool:
    return {type(option) for option in _options(kind)} - {msgspec.inspect.NoneType} == {msgspec.inspect.IntType}


def _options(kind: Any) -> list[msgspec.inspect.Type]:
    """What a value may be: each of a union, under whatever is said about it."""
    info = msgspec.inspect.type_info(kind) if not isinstance(kind, msgspec.inspect.Type) else kind
    if isinstance(info, msgspec.inspect.Metadata):
        return _options(info.type)
    if isinstance(info, msgspec.inspect.UnionType):
        return [option for one in info.types for option in _options(one)]
    return [info]


def _refuse_surrogates(value: object) -> None:
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, list):
        for part in value:
            _refuse_surrogates(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            _refuse_surrogates(name)
            _refuse_surrogates(part)


def _sound(value: T) -> T:
    problems = value.problems() if isinstance(value, Incoming) else {}
    if problems:
        raise Invalid(fields=problems)
    return value


def _sentence(problem: str) -> str:
    """msgspec's finding in words for a person."""
    if found := re.search(r"of length (>=|<=) (\d+)", problem):
        return _length_sentence(found[1], int(found[2]))
    if found := re.search(r"(>=|<=|>|<) ([\d.]+)", problem):
        least = found[1].startswith(">")
        return (_("Must be at least %(n)s.") if least else _("Must be at most %(n)s.")) % {"n": found[2]}
    if "matching regex" in problem or "surrogates not allowed" in problem:
        return _("This has a character that we cannot take.")
    if "Invalid enum value" in problem:
        return _("Choose one of the offered values.")
    if "required field" in problem:
        return _("Please fill this in.")
    if "Expected `int" in problem:
        return _("Must be a whole number.")
    if "Expected `decimal" in problem or "Expected `float" in problem or "Invalid decimal" in problem:
        return _("Must be a number.")
    if "Expected `str" in problem:
        return _("Must be text.")
    return _("This is not valid here.")


def _length_sentence(side: str, n: int) -> str:
    if side == "<=":
        return ngettext("Use at most %(n)s character.", "Use at most %(n)s characters.", n) % {"n": n}
    if n == 1:
        return _("Please fill this in.")
    return ngettext("Use at least %(n)s character.", "Use at least %(n)s characters.", n) % {"n": n}
