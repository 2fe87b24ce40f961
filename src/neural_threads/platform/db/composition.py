"""SQL put together from parts that this program wrote.

What people give goes into a statement as a `%(parameter)s`. A table, a column or a condition that several statements
share goes in with `sql`, which refuses any text that could have come from a person.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from string import Formatter
from typing import Any, Protocol


class Sql(str):
    """Text of SQL that this program wrote. Only `sql` and `comma_separated` make it."""

    __slots__ = ()


class Names(Protocol):
    """A constant, hashable object whose fields name tables and columns, such as a kind of order."""

    def __hash__(self) -> int: ...


Part = str | int | Names

_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?")


def sql(template: str, /, **parts: Part) -> Sql:
    """Return the statement with its parts put in: `sql("select {columns} from {kind.table}", columns=COLUMNS, kind=kind)`.

    Each part, or the field of it that the template names, is `Sql`, the name of a table or column, or an int.
    Raises ValueError for any other text. Braces that stand for themselves are doubled, as in an f-string.
    """
    return _compose(template, tuple(parts.items()))


def comma_separated(parts: Sequence[Sql]) -> Sql:
    """Return these parts as a list, as after `select`, `set` or `values`."""
    return Sql(", ".join(parts))


@lru_cache(maxsize=1_000)
def _compose(template: str, parts: tuple[tuple[str, Part], ...]) -> Sql:
    return Sql(_Composer().vformat(template, (), dict(parts)))


class _Composer(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Sql):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and _IDENTIFIER.fullmatch(value):
            return value
        raise ValueError("a part of a statement is Sql, the name of a table or column, or an int")

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs[str(key)]
