"""Devices that want to hear what happens while no page of ours is open, and what people want to hear there."""

from alembic import op

revision = "2026_11_27_02_push"
down_revision = "2026_11_27_01_saved_replies"
branch_labels = None
depends_on = None

UP = """
create table push_subscriptions (
  id          text primary key,
  user_id     text not null references users (id) on delete cascade,
  session_id  text not null unique references sessions (id) on delete cascade,  -- one a device; gone with its sign-in
  endpoint    text not null unique,  -- where the browser's maker takes messages for it
  p256dh      text not null,         -- what only that browser can read
  auth        text not null,
  created_at  timestamptz not null default now()
);
create index push_subscriptions_user_id_idx on push_subscriptions (user_id);

-- Whichever way a session ends, its device falls silent.
create function session_end_silences_device() returns trigger language plpgsql as $$
begin
  delete from push_subscriptions where session_id = new.id;
  return null;
end $$;
create trigger session_end_silences_device after update of ended_at on sessions
  for each row when (new.ended_at is not null) execute function session_end_silences_device();

alter table notification_settings add column by_push text[];  -- null: not chosen yet
alter table notifications add column pushed_at timestamptz;  -- when devices were last told of it
"""

DOWN = """
alter table notifications drop column pushed_at;
alter table notification_settings drop column by_push;
drop trigger session_end_silences_device on sessions;
drop function session_end_silences_device();
drop table push_subscriptions;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
