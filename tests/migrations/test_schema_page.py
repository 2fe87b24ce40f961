"""docs/schema.md draws the tables as they are. After a migration: REDRAW=1 pytest tests/migrations."""

import os
import re
from pathlib import Path

import psycopg

PAGE = Path(__file__).parents[2] / "docs" / "schema.md"
SUBJECTS = {
    "People": (
        "users",
        "customers",
        "designers",
        "tailors",
        "sessions",
        "kept_forms",
        "password_resets",
        "replaced_links",
        "media",
    ),
    "Marketplace": (
        "portfolio_items",
        "sample_works",
        "reviews",
        "saved_designers",
        "search_words",
        "catalogue_counts",
    ),
    "Chat": ("chats", "messages", "message_reactions", "saved_replies"),
    "Notifications": ("notifications", "notification_settings", "push_subscriptions", "profile_views"),
    "Wardrobe, stylist, try-on": (
        "wardrobe_items",
        "wardrobe_wears",
        "wardrobe_looks",
        "wardrobe_look_parts",
        "virtual_try_ons",
        "try_on_layers",
        "chatbot_conversations",
        "chatbot_messages",
        "chatbot_answers",
        "kept_outfits",
        "consents",
    ),
    "Between processes": ("socket_events",),
    "Requests": ("alteration_requests", "design_requests", "request_images", "request_events"),
}
FOREIGN = ("spatial_ref_sys", "alembic_version", "schema_line")
SHORT = {
    "timestamp with time zone": "timestamptz",
    "double precision": "float8",
    "ARRAY": "array",
    "USER-DEFINED": "other",
    "boolean": "bool",
    "integer": "int",
}


def test_every_table_has_its_place_in_a_diagram(dsn):
    with psycopg.connect(dsn) as connection:
        names = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    ours = {name for (name,) in names if name not in FOREIGN and not name.startswith("procrastinate_")}
    assert ours == {table for tables in SUBJECTS.values() for table in tables}


def test_the_diagrams_show_the_tables_as_they_are(dsn):
    with psycopg.connect(dsn) as connection:
        drawn = {subject: diagram(connection, tables) for subject, tables in SUBJECTS.items()}
    page = PAGE.read_text()
    for subject, body in drawn.items():
        block = f"### {subject}\n\n```mermaid\n{body}\n```"
        if os.environ.get("REDRAW"):
            page = re.sub(
                rf"### {re.escape(subject)}\n\n```mermaid\n.*?\n```", lambda _, b=block: b, page, flags=re.DOTALL
            )
            continue
        assert block in page, f"{subject} changed; redraw docs/schema.md as this file's caption says"
    PAGE.write_text(page) if os.environ.get("REDRAW") else None


def diagram(connection: psycopg.Connection, tables: tuple[str, ...]) -> str:
    """Mermaid's erDiagram of these tables and of what they point at."""
    lines = ["erDiagram"]
    foreign = _foreign_keys(connection)
    for table in tables:
        lines.append(f"  {table} {{")
        for name, kind, is_key in _columns(connection, table):
            marks = ["PK"] * is_key + ["FK"] * ((table, name) in foreign)
            lines.append(f"    {SHORT.get(kind, kind)} {name}{' ' + ', '.join(marks) if marks else ''}")
        lines.append("  }")
    for (table, column), (target, is_needed) in sorted(foreign.items()):
        if table in tables:
            lines.append(f"  {target} {'||' if is_needed else '|o'}--o{{ {table} : {column}")
    return "\n".join(lines)


def _columns(connection: psycopg.Connection, table: str) -> list[tuple[str, str, bool]]:
    return connection.execute(
        """
        select c.column_name, c.data_type,
               exists (select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
                       where i.indrelid = c.table_name::regclass and i.indisprimary and a.attname = c.column_name)
        from information_schema.columns c
        where c.table_schema = 'public' and c.table_name = %s order by c.ordinal_position
        """,
        (table,),
    ).fetchall()


def _foreign_keys(connection: psycopg.Connection) -> dict[tuple[str, str], tuple[str, bool]]:
    rows = connection.execute(
        """
        select c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, a.attnotnull
        from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
        where c.contype = 'f' and c.connamespace = 'public'::regnamespace
        """
    ).fetchall()
    return {(table, column): (target, is_needed) for table, column, target, is_needed in rows}
