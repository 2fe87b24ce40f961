"""Restore the rows of one chat or one person, from a restored copy of the database into the running one.

What belongs is found by the foreign keys that delete with their parent: just the rows that went with it. Rows that are still
there stay as they are, and everything is put back in one transaction or nothing is.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

STARTS = {
    "chat": ("chats", "id = %(key)s"),
    "person": ("users", "id = %(key)s or lower(email) = lower(%(key)s)"),
}


class NothingThere(Exception):
    """The copy does not have it; its text is a sentence."""


class Link(NamedTuple):
    """A foreign key, its columns in pairs."""

    child: str
    columns: list[str]
    parent: str
    parent_columns: list[str]
    deletes: bool


class PutBack(NamedTuple):
    """The result for one table: rows that the copy has, and rows that were missing and are there again."""

    table: str
    belong: int
    restored: int


_LINKS = """
select k.conrelid::regclass::text, array_agg(c.attname::text order by n), k.confrelid::regclass::text,
       array_agg(p.attname::text order by n), k.confdeltype = 'c'
  from pg_constraint k
 cross join lateral unnest(k.conkey, k.confkey) with ordinality as pair(child, parent, n)
  join pg_attribute c on c.attrelid = k.conrelid and c.attnum = pair.child
  join pg_attribute p on p.attrelid = k.confrelid and p.attnum = pair.parent
 where k.contype = 'f' and k.connamespace = 'public'::regnamespace
 group by k.oid
"""
_COLUMNS = """
select attname from pg_attribute
 where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
"""


def put_back(copy_url: str, url: str, kind: str, key: str) -> list[PutBack]:
    """Put back a `chat` by its id or a `person` by id or e-mail address; NothingThere when the copy does not have it."""
    with psycopg.connect(copy_url) as copy, psycopg.connect(url) as live:
        links = [Link(*row) for row in copy.execute(_LINKS)]
        rows = _rows_of(copy, links, kind, key)
        done = [_put(copy, live, table, rows[table]) for table in _parents_first(links, list(rows))]
    return done


def _rows_of(copy: psycopg.Connection[Any], links: list[Link], kind: str, key: str) -> dict[str, set[str]]:
    """Table → places (ctid) in the copy of the rows that go with it."""
    table, condition = STARTS[kind]
    start = sql.SQL("select ctid::text from {} where {}").format(sql.Identifier(table), sql.SQL(condition))
    rows = {table: {place for (place,) in copy.execute(start, {"key": key})}}
    if not rows[table]:
        raise NothingThere(f"The copy has no such {kind}: was it restored to a time at which it was still there?")
    new = [(table, rows[table])]
    while new:
        parent, places = new.pop()
        for link in links:
            if link.parent == parent and link.deletes:
                found = set(_children(copy, link, places)) - rows.get(link.child, set())
                if found:
                    rows.setdefault(link.child, set()).update(found)
                    new.append((link.child, found))
    return rows


def _children(copy: psycopg.Connection[Any], link: Link, places: set[str]) -> Iterator[str]:
    same = sql.SQL(" and ").join(
        sql.SQL("c.{} = p.{}").format(sql.Identifier(child), sql.Identifier(parent))
        for child, parent in zip(link.columns, link.parent_columns, strict=True)
    )
    query = sql.SQL("select c.ctid::text from {} c join {} p on {} where p.ctid = any(%s::tid[])").format(
        sql.Identifier(link.child), sql.Identifier(link.parent), same
    )
    yield from (place for (place,) in copy.execute(query, [list(places)]))


def _parents_first(links: list[Link], tables: list[str]) -> list[str]:
    ordered: list[str] = []
    left = list(tables)
    while left:
        waits = {link.child for link in links if link.parent in left and link.parent != link.child}
        free = [table for table in left if table not in waits] or left[:1]
        ordered += free
        left = [table for table in left if table not in free]
    return ordered


def _put(copy: psycopg.Connection[Any], live: psycopg.Connection[Any], table: str, places: set[str]) -> PutBack:
    names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in copy.execute(_COLUMNS, [table]))
    whole, piece = sql.Identifier(table), sql.Identifier(f"put_back_{table}")
    empty = sql.SQL("create temporary table {} on commit drop as select {} from {} limit 0").format(piece, names, whole)
    live.execute(empty)
    # The list of columns is the copy's: an older copy lacks columns, which then get their defaults.
    out = sql.SQL("copy (select {} from {} where ctid = any({}::tid[])) to stdout (format binary)").format(
        names, whole, sql.Literal(list(places))
    )
    into = sql.SQL("copy {} ({}) from stdin (format binary)").format(piece, names)
    with copy.cursor().copy(out) as source, live.cursor().copy(into) as target:
        for data in source:
            target.write(data)
    insert = sql.SQL("insert into {} ({}) overriding system value select {} from {} on conflict do nothing").format(
        whole, names, names, piece
    )
    return PutBack(table, len(places), live.execute(insert).rowcount)
