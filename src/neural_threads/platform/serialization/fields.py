"""The fields of a Struct by the names that they have in JSON."""

from functools import cache

import msgspec


@cache
def wire_fields(shape: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """The fields by their wire names. msgspec works them out anew each time, which would cost more than the decoding."""
    return {field.encode_name: field for field in msgspec.structs.fields(shape)}
