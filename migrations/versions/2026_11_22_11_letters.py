"""Letters about what was not looked at: who wants them, since when something is unread, and when it was mailed."""

from alembic import op

revision = "2026_11_22_11_letters"
down_revision = "2026_11_22_10_media"
branch_labels = None
depends_on = None

UP = """
create table notification_settings (
  user_id  text primary key references users on delete cascade,
  by_mail  text[] not null default '{}',
  since    timestamptz not null default now()
);
alter table notifications
  add column unread_since timestamptz not null default now(),
  add column mailed_at    timestamptz;
"""

DOWN = """
alter table notifications drop column mailed_at, drop column unread_since;
drop table notification_settings;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
