"""Messages and their reactions as hash partitions by `chat_id`, in a database that has them as plain tables."""

from enum import StrEnum

import psycopg

PARTITIONS = 8


class Naming(StrEnum):
    """Where `client_id` is unique, since no unique key of a partitioned table can leave out what it is partitioned by."""

    EVERYWHERE = "everywhere"
    """Per sender, by a table of names that is partitioned by sender and written by a trigger."""
    IN_CHAT = "in chat"
    """Per chat and sender, by a key of the partition."""


_TABLES = """
create table messages_parted (like messages including defaults including generated including constraints)
  partition by hash (chat_id);

create table message_reactions_parted (like message_reactions including defaults, chat_id text not null)
  partition by hash (chat_id)
"""

_KEYS = """
alter table messages add constraint messages_pkey primary key (chat_id, id);

alter table messages add constraint messages_chat_id_seq_key unique (chat_id, seq);

alter table messages add constraint messages_chat_id_sender_id_client_id_key unique (chat_id, sender_id, client_id);

create index messages_id_idx on messages (id);

create index messages_sender_id_idx on messages (sender_id);

alter table message_reactions add constraint message_reactions_pkey primary key (chat_id, id);

alter table message_reactions add constraint message_reactions_message_id_user_id_emoji_key
  unique (chat_id, message_id, user_id, emoji);

create index message_reactions_message_id_idx on message_reactions (message_id);

alter table message_reactions add constraint message_reactions_message_id_fkey
  foreign key (chat_id, message_id) references messages (chat_id, id) on delete cascade
"""

_COPY = """
insert into messages ({columns}) select {columns} from messages_plain;

insert into message_reactions (id, chat_id, message_id, user_id, emoji, created_at)
select r.id, m.chat_id, r.message_id, r.user_id, r.emoji, r.created_at
  from message_reactions_plain r join messages_plain m on m.id = r.message_id;

drop table message_reactions_plain, messages_plain
"""

# A name that is taken stores no message, as `on conflict do nothing` would: the trigger returns no row.
_NAMES = """
create table message_names (
  sender_id  text not null references users on delete cascade,
  client_id  uuid not null,
  primary key (sender_id, client_id)
) partition by hash (sender_id);

create function take_message_name() returns trigger language plpgsql as $$
begin
  if new.client_id is not null then
    insert into message_names (sender_id, client_id) values (new.sender_id, new.client_id) on conflict do nothing;
    if not found then
      return null;
    end if;
  end if;
  return new;
end $$;

insert into message_names (sender_id, client_id) select sender_id, client_id from messages where client_id is not null;

create trigger take_message_name before insert on messages for each row execute function take_message_name()
"""


def partition_messages(url: str, naming: Naming = Naming.EVERYWHERE, partitions: int = PARTITIONS) -> None:
    """Convert both tables, with what is in them; nothing of them is in use meanwhile. All or nothing."""
    with psycopg.connect(url, options="-c statement_timeout=0") as connection:
        others = _kept(connection)
        columns = ", ".join(_columns(connection))
        _run(connection, _TABLES)
        for table in ("messages", "message_reactions"):
            connection.execute(f"alter table {table} rename to {table}_plain")
            connection.execute(f"alter table {table}_parted rename to {table}")
            _part(connection, table, partitions)
        names = _rows(
            connection,
            "select indexrelid::regclass::text from pg_index where indrelid in ('messages_plain'::regclass, 'message_reactions_plain'::regclass)",
        )
        for (name,) in names:
            connection.execute(f"alter index {name} rename to {name}_plain")
        _run(connection, _KEYS)
        for statement in others:
            connection.execute(statement)
        _run(connection, _COPY.format(columns=columns))
        if naming is Naming.EVERYWHERE:
            statements = _NAMES.split(";\n\n")
            connection.execute(statements[0])
            _part(connection, "message_names", partitions)
            for statement in statements[1:]:
                connection.execute(statement)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("analyze messages, message_reactions")


def _kept(connection: psycopg.Connection) -> list[str]:
    """Statements that make the indexes and foreign keys which can stay as they are."""
    indexes = _rows(
        connection,
        """
        select pg_get_indexdef(indexrelid) from pg_index
         where indrelid in ('messages'::regclass, 'message_reactions'::regclass) and not indisunique
        """,
    )
    keys = _rows(
        connection,
        """
        select format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
          from pg_constraint where conrelid in ('messages'::regclass, 'message_reactions'::regclass)
           and contype = 'f' and confrelid <> 'messages'::regclass
        """,
    )
    return [statement for (statement,) in indexes + keys]


def _columns(connection: psycopg.Connection) -> list[str]:
    sql = "select column_name from information_schema.columns where table_name = 'messages' and is_generated = 'NEVER'"
    return [name for (name,) in _rows(connection, sql)]


def _part(connection: psycopg.Connection, table: str, partitions: int) -> None:
    for number in range(partitions):
        connection.execute(
            f"create table {table}_p{number} partition of {table} for values with (modulus {partitions}, remainder {number})"
        )


def _run(connection: psycopg.Connection, script: str) -> None:
    for statement in script.split(";\n\n"):
        connection.execute(statement)


def _rows(connection: psycopg.Connection, sql: str) -> list[tuple[str, ...]]:
    return connection.execute(sql.encode()).fetchall()  # Our own statements.
