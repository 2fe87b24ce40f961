"""Notifications: said in the reader's language, one per chat, and profile views counted once a day."""

from alembic import op

revision = "2026_11_22_08_notifications"
down_revision = "2026_11_22_07_catalogue"
branch_labels = None
depends_on = None

UP = """
-- title and message hold our sentences before translation; who did it and the facts in them stand beside.
alter table notifications
  add column actor_id text references users on delete set null,
  add column details  jsonb not null default '{}';
create index notifications_actor_id_idx on notifications (actor_id) where actor_id is not null;
create index notifications_chat_id_idx on notifications (chat_id) where chat_id is not null;

-- Read or not, a chat has one notification about its messages; the next message makes it new again.
drop index notifications_chat_key;
create unique index notifications_chat_key on notifications (user_id, chat_id) where type = 'MESSAGE';
create unique index notifications_views_key on notifications (user_id) where type = 'PROFILE_VIEW' and not is_read;

create table profile_views (
  user_id    text not null references users on delete cascade,
  viewer_id  text not null references users on delete cascade,
  day        date not null,
  primary key (user_id, day, viewer_id)
);
create index profile_views_viewer_id_idx on profile_views (viewer_id);
"""

DOWN = """
drop table profile_views;
drop index notifications_views_key, notifications_chat_key, notifications_chat_id_idx;
create unique index notifications_chat_key on notifications (user_id, chat_id) where type = 'MESSAGE' and not is_read;
alter table notifications drop column details, drop column actor_id;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
