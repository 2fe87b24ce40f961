"""Decode JSON, forms and query strings strictly, and report every wrong field at once."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec

from neural_threads.platform.errors import Invalid, Malformed
from neural_threads.platform.i18n import gettext as _

from .fields import amounts, blank_fields, wire_fields
from .text import number_as_digits, with_line_feeds
from .types import Incoming
from .validation_messages import sentence_for

T = TypeVar("T", bound=msgspec.Struct)
_CARRIAGE_RETURN = re.compile(rb"\\r|\\u000d", re.IGNORECASE)
"""How JSON writes a carriage return within a text."""
_PART = re.compile(r"(?:required|unknown) field `(\w+)`")
_PATH = re.compile(r"at `\$\.(\w+(?:\.\w+)*)`")
"""How msgspec names a part that is missing or unknown, and where within the value it looked."""
_WHOLE = re.compile(r"-?\d{1,18}")


def decode_json(raw: bytes, shape: type[T]) -> T:
    """Read a JSON body. Malformed when it is no JSON; Invalid, with every field at fault, when it does not fit."""
    if _CARRIAGE_RETURN.search(raw):
        return _examine(_with_line_feeds(_loads(raw)), shape, strict=True)
    try:
        value: T = _decoder(shape).decode(raw)
    except (RecursionError, UnicodeDecodeError):
        raise Malformed() from None
    except msgspec.DecodeError:
        return _examine(_loads(raw), shape, strict=True)
    return _sound(value)


def decode_form(form: Mapping[str, Any] | Iterable[tuple[str, Any]], shape: type[T]) -> T:
    """Read a posted form: texts become numbers and truths where the shape asks; an empty field counts as absent."""
    return _examine(_with_digits(_with_line_feeds(_gather(form, shape)), shape), shape, strict=False)


def decode_query(query: Iterable[tuple[str, str]], shape: type[T]) -> T:
    """Read a query string: lists may be repeated or comma-separated; parameters nobody knows are passed over."""
    known = wire_fields(shape)
    pairs = [(name, value) for name, value in query if name in known]
    data = _with_digits(_gather(pairs, shape, commas=True), shape, only=amounts(shape))
    try:  # Nearly all are sound, and are read as a whole; else each field is looked at.
        _refuse_surrogates(data)
        if all(_is_whole(data[name]) for name in _whole_numbers(shape) if name in data):
            return _sound(msgspec.convert(data, shape, strict=False))
    except (msgspec.ValidationError, UnicodeEncodeError):
        pass
    return _examine(data, shape, strict=False)


@cache
def _decoder(shape: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(shape)


@cache
def _lists(shape: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(name for name, field in wire_fields(shape).items() if _is_list(field.type))


@cache
def _numbers(shape: type[msgspec.Struct]) -> frozenset[str]:
    kinds = (msgspec.inspect.IntType, msgspec.inspect.FloatType, msgspec.inspect.DecimalType)
    nothing = (msgspec.inspect.NoneType, msgspec.inspect.CustomType)
    return frozenset(
        name
        for name, field in wire_fields(shape).items()
        if all(isinstance(option, (*kinds, *nothing)) for option in _options(field.type))
    )


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
    result: dict[str, list[Any]] = {}
    for name, value in _pairs(pairs):
        parts = value.split(",") if commas and name in lists else [value]
        result.setdefault(name, []).extend(part for part in parts if part != "")
    doubled = {
        name: _("Send this field only once.")
        for name, values in result.items()
        if len(values) > 1 and name not in lists
    }
    if doubled:
        raise Invalid(fields=doubled)
    return {name: values if name in lists else values[0] for name, values in result.items() if values}


def _with_line_feeds(value: Any) -> Any:
    """Return the same value with LF for every other line end in its texts; names of fields stay."""
    if isinstance(value, str):
        return with_line_feeds(value)
    if isinstance(value, list):
        return [_with_line_feeds(part) for part in value]
    if isinstance(value, dict):
        return {name: _with_line_feeds(part) for name, part in value.items()}
    return value


def _with_digits(
    data: dict[str, object], shape: type[msgspec.Struct], *, only: frozenset[str] | None = None
) -> dict[str, object]:
    """Return the same fields with plain digits where a number is due: people write ₹1,000."""
    numbers = _numbers(shape) if only is None else only
    return {
        name: number_as_digits(value) if name in numbers and isinstance(value, str) else value
        for name, value in data.items()
    }


def _pairs(pairs: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    if hasattr(pairs, "multi_items"):
        return list(pairs.multi_items())
    if isinstance(pairs, Mapping):
        return [(n, v) for n, value in pairs.items() for v in (value if isinstance(value, list) else [value])]
    return pairs


@cache
def _is_list(kind: Any) -> bool:
    return any(isinstance(option, msgspec.inspect.CollectionType) for option in _options(kind))


def examine(data: Mapping[str, object], shape: type[T]) -> T:
    """Read what is already no text any more, as the payload of an event. Invalid names each field that is wrong, and why."""
    return _examine(data, shape, strict=True)


def _examine(data: Mapping[str, object], shape: type[T], *, strict: bool) -> T:
    """Look at each field by itself, so that a person hears of all mistakes at once."""
    known = wire_fields(shape)
    wrong: dict[str, str] = {}
    if shape.__struct_config__.forbid_unknown_fields:
        wrong = {name: _("There is no such field.") for name in data if name not in known}
    for name, field in known.items():
        if name not in data:
            if field.required:
                wrong[name] = _("Please fill this in.")
            continue
        try:
            _refuse_surrogates(data[name])
            _convert(data[name], field.type, strict=strict)
        except (msgspec.ValidationError, UnicodeEncodeError) as error:
            wrong[name] = sentence_for(str(error), is_money=name in amounts(shape)) + _inner_name(str(error))
    if wrong:
        raise Invalid(fields=wrong)
    try:
        return _sound(msgspec.convert(dict(data), shape, strict=strict))
    except msgspec.ValidationError as error:
        raise Invalid(sentence_for(str(error))) from None


def _inner_name(problem: str) -> str:
    """Return which part of a field that has parts is meant, in brackets: " (rightHip)"; "" for a plain field or a list."""
    names = [match[1] for pattern in (_PATH, _PART) if (match := pattern.search(problem))]
    return f" ({'.'.join(names)})" if names else ""


def _convert(value: object, kind: Any, *, strict: bool) -> None:
    # msgspec's lax mode reads "5.0" as an integer; a person who writes that means a mistake.
    if not strict and _wants_int(kind) and not _is_whole(value):
        raise msgspec.ValidationError("Expected `int`")
    msgspec.convert(value, kind, strict=strict)


def _is_whole(value: object) -> bool:
    return not isinstance(value, str) or _WHOLE.fullmatch(value) is not None


@cache
def _whole_numbers(shape: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(name for name, field in wire_fields(shape).items() if _wants_int(field.type))


@cache
def _wants_int(kind: Any) -> bool:
    return {type(option) for option in _options(kind)} - {msgspec.inspect.NoneType} == {msgspec.inspect.IntType}


def _options(kind: Any) -> list[msgspec.inspect.Type]:
    """Return what a value may be: each of a union, under whatever is said about it."""
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
    problems = problems_of(value)
    if problems:
        raise Invalid(fields=problems)
    return value


def problems_of(value: msgspec.Struct) -> dict[str, str]:
    """Return the rules that types cannot tell and this value breaks: wire name -> sentence."""
    blank = {name: _("Please fill this in.") for name in blank_fields(value)}
    return {**(value.problems() if isinstance(value, Incoming) else {}), **blank}
