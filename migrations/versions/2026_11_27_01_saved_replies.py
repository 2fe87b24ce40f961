"""Saved replies, and an index for what was said."""

from alembic import op

revision = "2026_11_27_01_saved_replies"
down_revision = "2026_11_27_01_reactions"
branch_labels = None
depends_on = None

UP = """
create table saved_replies (
  id          text primary key,
  user_id     text not null references users on delete cascade,
  content     text not null check (char_length(content) between 1 and 1000),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);
create index saved_replies_user_id_idx on saved_replies (user_id, created_at, id);

-- Without case and accents, composed: however somebody's keyboard wrote a vowel sign, it is found.
create function sought(text) returns text
  language sql immutable strict parallel safe
  as $$ select public.plain(normalize($1, NFKC)) $$;

-- A short pending list: one message in many pays for it, and that one must not wait long.
create index messages_content_idx on messages using gin (sought(content) gin_trgm_ops) with (gin_pending_list_limit = 256)
  where content <> '';
"""

DOWN = """
drop index messages_content_idx;
drop function sought(text);
drop table saved_replies;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
