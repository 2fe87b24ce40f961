"""Parameters of a test that tries many values of one kind."""

from collections.abc import Iterable
from typing import Any

import pytest


def sweep(values: Iterable[Any], *, quick: int = 1) -> list[Any]:
    """Return the values as parameters: the first `quick` of them run in `bin/test`, all of them in `bin/ci`."""
    return [
        value if number < quick else pytest.param(*_parts(value), marks=pytest.mark.long)
        for number, value in enumerate(values)
    ]


def _parts(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
