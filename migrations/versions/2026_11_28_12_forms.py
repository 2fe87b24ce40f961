"""Refused forms, kept until they are accepted; and mailed links that remember that they were used."""

from alembic import op

revision = "2026_11_28_12_forms"
down_revision = "2026_11_28_11_socket_events"
branch_labels = None
depends_on = None

UP = """
create table kept_forms (
  token       bytea primary key,      -- sha256 of what stands in the cookie
  user_id     text not null references users on delete cascade,
  page        text not null,          -- path and query of the page with the form
  action      text not null,          -- path that the form posts to
  fields      jsonb not null,         -- [[name, value], …] in the form's order; never passwords, tokens or files
  created_at  timestamptz not null default now()
);
create index kept_forms_user_id_idx on kept_forms (user_id, created_at);
create index kept_forms_created_at_idx on kept_forms (created_at);

-- A used link is over for code of before, too, which looks at `until` only.
alter table password_resets add column used_at timestamptz;
"""

DOWN = """
drop table kept_forms;
delete from password_resets where used_at is not null;
alter table password_resets drop column used_at;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
