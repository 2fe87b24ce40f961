"""Multiply a database of the bench: copy every customer, provider, item, review, chat and message under other ids."""

import psycopg

_SEAT = "c_0000000000%"
"""Ids of seats (seed_users.py), who stay as they are."""

# Table → the rows that are copied, and what is another in each copy; `k` is its number. Null stays null.
_TABLES = {
    "users": ("id not like %(seat)s", {"id": "id", "email": "mail", "email_key": "mail", "name": "name"}),
    "customers": ("id not like %(seat)s", {"id": "id", "user_id": "id"}),
    "designers": ("true", {"id": "id", "user_id": "id", "search_name": "listed"}),
    "tailors": ("id not like %(seat)s", {"id": "id", "user_id": "id", "position": "place", "search_name": "listed"}),
    "portfolio_items": ("true", {"id": "id", "designer_id": "id"}),
    "sample_works": ("true", {"id": "id", "tailor_id": "id"}),
    "reviews": ("true", {"id": "id", "customer_id": "id", "designer_id": "id", "tailor_id": "id"}),
    "chats": ("id not like %(seat)s", {"id": "id", "customer_id": "id", "designer_id": "id", "tailor_id": "id"}),
    "messages": (
        "chat_id not like %(seat)s",
        {"id": "id", "chat_id": "id", "sender_id": "id", "read_by": "id", "client_id": "uuid"},
    ),
}
_HALF = ("chats", "messages")
"""Of which half as many copies are made: messages grow fiftyfold where makers grow a hundredfold."""
_BY_TIME = ("portfolio_items",)
"""Whose copies are stored in the order of `created_at`, as they are where all designers show their work at the same time.
Lists of the newest read what was stored last; one copy after the other would scatter it over the whole table."""
_OTHER = {
    "id": "{column} || 'k' || k",
    "mail": "'k' || k || '.' || {column}",
    "place": "st_project({column}, 4000 * random(), 6.2832 * random())",
    # A copy is called as somebody else: else a hundred of one name would stand together in every order and on every street.
    "name": "(select o.name from originals o where o.n = (originals.n + k * 7919) % (select count(*) from originals) + 1)",
    "listed": "case when {column} is not null then (select search_name_of(u) from users u where u.id = user_id || 'k' || k) end",
    "uuid": "gen_random_uuid()",
}


def multiply(url: str, times: int) -> None:
    """Make everything `times` as much. Triggers and foreign keys rest meanwhile, and indexes are built afterwards."""
    with psycopg.connect(
        url, autocommit=True, options="-c statement_timeout=0 -c session_replication_role=replica"
    ) as db:
        db.execute("set maintenance_work_mem = '512MB'")
        for table, (rows, others) in _TABLES.items():
            copies = times // 2 - 1 if table in _HALF else times - 1
            indexes = _without_indexes(db, table)
            columns = _columns(db, table)
            values = ", ".join(_OTHER[others[name]].format(column=name) if name in others else name for name in columns)
            # Else one copy of all after the other: what lies together in the small world lies together in each.
            db.execute(
                f"create temporary table originals as select *, row_number() over () as n from {table} where {rows}",
                {"seat": _SEAT} if "%(" in rows else None,
            )
            db.execute("create index on originals (n)")
            db.execute("analyze originals")
            is_by_time = table in _BY_TIME
            for first, last in [(1, copies)] if is_by_time else [(k, k) for k in range(1, copies + 1)]:
                db.execute(
                    f"insert into {table} ({', '.join(columns)}) select {values} from originals, "
                    f"generate_series({first}, {last}) k {'order by created_at' if is_by_time else ''}"
                )
            db.execute("drop table originals")
            for statement in indexes:
                db.execute(statement)
        db.execute(f"update catalogue_counts set many = many * {times}")


def _without_indexes(db: psycopg.Connection, table: str) -> list[str]:
    """Drop the table's indexes and unique keys; the statements that make them again."""
    keys = db.execute(
        "select conname, pg_get_constraintdef(oid), contype = 'p' from pg_constraint c "
        "where conrelid = %s::regclass and contype in ('u', 'p') "
        "and not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = c.conindid)",
        [table],
    ).fetchall()
    again = [f"alter table {table} add constraint {name} {definition}" for name, definition, _ in keys]
    for name, _, _ in keys:
        db.execute(f"alter table {table} drop constraint {name}")
    plain = db.execute(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index i where indrelid = %s::regclass "
        "and not exists (select from pg_constraint where conindid = i.indexrelid)",
        [table],
    ).fetchall()
    for name, _ in plain:
        db.execute(f"drop index {name}")
    return again + [definition for _, definition in plain]


def _columns(db: psycopg.Connection, table: str) -> list[str]:
    rows = db.execute(
        "select column_name from information_schema.columns where table_name = %s and is_generated = 'NEVER'", [table]
    ).fetchall()
    return [name for (name,) in rows]
