"""Rows of the demo: a world of them by table, ids that are the same each time, and COPY for whole tables."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from neural_threads.demo.art import Drawing, Portrait

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SPACE = uuid.UUID("6f2d0c86-6a6e-4d3a-9a55-0d1f6f6e7473")

Row = Mapping[str, Any]


@dataclass
class World:
    """Rows by table, and the pictures they need."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    pictures: list["Drawing | Portrait"] = field(default_factory=list)
    owners: dict[str, tuple[str | None, str]] = field(default_factory=dict)  # public id: owner, visibility

    def add(self, table: str, **row: Any) -> None:
        """One more row."""
        self.tables.setdefault(table, []).append(row)

    def show(self, image: "Drawing | Portrait", owner: str | None = None, visibility: str = "public") -> str:
        """Use an image; answers its public id. An image that several people show belongs to nobody."""
        if image.public_id not in self.owners:
            self.pictures.append(image)
            self.owners[image.public_id] = (owner, visibility)
        elif self.owners[image.public_id][0] != owner:
            self.owners[image.public_id] = (None, "public")
        return image.public_id


def demo_id(kind: str, *parts: object) -> str:
    """An id of the usual form (c and 24 of base 36) that follows from what it names."""
    number = int.from_bytes(hashlib.sha256("/".join([kind, *map(str, parts)]).encode()).digest()[:16], "big")
    text = ""
    for _ in range(16):
        number, digit = divmod(number, 36)
        text += _DIGITS[digit]
    return f"cmdemo000{text}"


def user_id(name: str) -> str:
    """The id of a person's account."""
    return demo_id("user", name)


def demo_uuid(*parts: object) -> uuid.UUID:
    """A UUID that follows from what it names."""
    return uuid.uuid5(_SPACE, "/".join(map(str, parts)))


def copy_rows(db: psycopg.Connection[Any], table: str, rows: Sequence[Row]) -> None:
    """Put rows into a table; all of them have the columns of the first."""
    if not rows:
        return
    columns = list(rows[0])
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with db.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([row[column] for column in columns])
