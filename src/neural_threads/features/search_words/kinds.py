"""The fields of which we know the words."""

from enum import StrEnum


class Kind(StrEnum):
    """The field in which a word occurs."""

    NAME = "NAME"
    PIECE = "PIECE"
