"""Searching drops invisible letters, addresses have one normal form, and telephone numbers are stored as E.164.

Earlier code goes on working: `plain` keeps its name, `email_key` fills itself, and a number was any text before.
"""

from alembic import op
from sqlalchemy import text

from neural_threads.features.accounts.shapes import email_key
from neural_threads.platform.phone import e164

revision = "2026_11_28_13_pasted_words"
down_revision = "2026_11_28_12_forms"
branch_labels = None
depends_on = None

# Soft hyphen, zero-width letters and joiners, direction marks, word joiner, byte order mark.
INVISIBLE = "".join(map(chr, [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]))

PLAIN = f"""
create or replace function plain(text) returns text
  language sql immutable strict parallel safe
  as $$ select lower(public.unaccent('public.unaccent'::regdictionary, translate($1, '{INVISIBLE}', ''))) $$;
"""

# Only rows that hold such letters were folded otherwise. An expression index keeps the old key of a row whose text stays.
REFOLD = f"""
update designers d set search_name = search_name_of(u) from users u where u.id = d.user_id and u.name ~ '[{INVISIBLE}]';
update tailors t set search_name = search_name_of(u) from users u where u.id = t.user_id and u.name ~ '[{INVISIBLE}]';
update wardrobe_items set name = name where concat_ws(' ', name, color, brand) ~ '[{INVISIBLE}]';
update messages set content = content where content ~ '[{INVISIBLE}]';
update portfolio_items set description = description where description ~ '[{INVISIBLE}]';
delete from search_words where word ~ '[{INVISIBLE}]';
insert into search_words (kind, word)
select distinct 'NAME', word from users u, unnest(words_of(u.name)) as word
 where u.role <> 'CUSTOMER' and u.deleted_at is null and u.name ~ '[{INVISIBLE}]'
    on conflict do nothing;
reindex index users_name_idx;
"""  # noqa: S608 - our own letters

KEYS = """
alter table users add column email_key text;
update users set email_key = lower(email);

-- What writes an address without its key, as earlier code does, gets one that is right for addresses in ASCII.
create function user_gets_email_key() returns trigger language plpgsql as $$
begin
  if new.email_key is null or (tg_op = 'UPDATE' and new.email <> old.email and new.email_key is not distinct from old.email_key) then
    new.email_key := lower(new.email);
  end if;
  return new;
end $$;
create trigger user_gets_email_key before insert or update of email on users
  for each row execute function user_gets_email_key();
"""

DOWN = """
drop trigger user_gets_email_key on users;
drop function user_gets_email_key();
alter table users drop column email_key;
create or replace function plain(text) returns text
  language sql immutable strict parallel safe
  as $$ select lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$;
"""


def upgrade() -> None:
    op.execute(PLAIN)
    op.execute(REFOLD.replace(":", r"\:"))
    op.execute(KEYS.replace(":", r"\:"))
    _write_keys()
    op.execute("create unique index users_email_key_key on users (email_key)")
    for table in ("designers", "tailors"):
        _write_phones(table)


def _write_keys() -> None:
    """Give every address its normal form; of several that share a mailbox, the oldest account has it."""
    connection = op.get_bind()
    rows = connection.execute(
        text(
            "select id, email from users where email ~ '[^ -~]' or lower(email) like '%@%xn--%' order by created_at, id"
        )
    ).fetchall()
    for id, email in rows:
        connection.execute(
            text(
                "update users set email_key = cast(:key as text) where id = :id"
                " and not exists (select from users where email_key = :key and id <> :id)"
            ),
            {"id": id, "key": email_key(email)},
        )


def _write_phones(table: str) -> None:
    """Store numbers as E.164; what is no number stays as it was typed, for its owner to correct."""
    connection = op.get_bind()
    for id, phone in connection.execute(text(f"select id, phone from {table} where phone is not null")).fetchall():  # noqa: S608 - our names
        try:
            number = e164(phone)
        except ValueError:
            continue
        connection.execute(text(f"update {table} set phone = :phone where id = :id"), {"id": id, "phone": number})  # noqa: S608 - our names


def downgrade() -> None:
    op.execute(DOWN.replace(":", r"\:"))
