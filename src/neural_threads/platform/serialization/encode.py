"""Write JSON in camelCase and query strings."""

from datetime import UTC, datetime

import msgspec

from neural_threads.platform.images.signed_url import PrivateImage

from .fields import wire_fields


def _encode_rest(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, PrivateImage):
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


def encode_query(target: msgspec.Struct) -> list[tuple[str, str]]:
    """The other way round: names and values as a query string has them; what is as usual is left out."""
    result: list[tuple[str, str]] = []
    for name, field in wire_fields(type(target)).items():
        value = getattr(target, field.name)
        if value != field.default:
            result += [(name, _in_query(each)) for each in (value if isinstance(value, tuple) else (value,))]
    return result


def _in_query(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.5f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
