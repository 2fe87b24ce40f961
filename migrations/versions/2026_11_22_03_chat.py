"""Talking: chats, their messages without a gap, reactions and notifications."""

from alembic import op

revision = "2026_11_22_03_chat"
down_revision = "2026_11_22_02_marketplace"
branch_labels = None
depends_on = None

UP = """
create table chats (
  id                 text primary key,
  customer_id        text not null references customers on delete cascade,
  designer_id        text references designers on delete cascade,
  tailor_id          text references tailors on delete cascade,
  last_seq           bigint not null default 0,
  customer_read_seq  bigint not null default 0,
  provider_read_seq  bigint not null default 0,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  unique (customer_id, designer_id),
  unique (customer_id, tailor_id),
  check (num_nonnulls(designer_id, tailor_id) = 1)
);
create index chats_customer_id_idx on chats (customer_id, updated_at desc, id desc);
create index chats_designer_id_idx on chats (designer_id, updated_at desc, id desc) where designer_id is not null;
create index chats_tailor_id_idx on chats (tailor_id, updated_at desc, id desc) where tailor_id is not null;
create index chats_updated_at_idx on chats (updated_at);

-- seq is given out under the chat row's lock, so it has no gap and no double within a chat.
create table messages (
  id          text primary key,
  chat_id     text not null references chats on delete cascade,
  seq         bigint not null,
  client_id   uuid,
  sender_id   text not null references users on delete cascade,
  content     text not null default '' check (char_length(content) <= 5000),
  image_id    text references media on delete set null,
  request_id  text,
  is_read     boolean not null default false,
  read_at     timestamptz,
  read_by     text references users on delete set null,
  created_at  timestamptz not null default now(),
  unique (chat_id, seq),
  unique (sender_id, client_id)
);
create index messages_created_at_idx on messages using brin (created_at);
create index messages_unread_idx on messages (chat_id, is_read, sender_id);
create index messages_chat_time_idx on messages (chat_id, created_at);
create index messages_read_by_idx on messages (read_by) where read_by is not null;
create index messages_image_id_idx on messages (image_id) where image_id is not null;

create table message_reactions (
  id          text primary key,
  message_id  text not null references messages on delete cascade,
  user_id     text not null references users on delete cascade,
  emoji       text not null,
  created_at  timestamptz not null default now(),
  unique (message_id, user_id, emoji)
);
create index message_reactions_user_id_idx on message_reactions (user_id);

create table notifications (
  id          text primary key,
  user_id     text not null references users on delete cascade,
  type        text not null check (type in ('MESSAGE', 'CHAT_REQUEST', 'REVIEW', 'PROFILE_VIEW', 'ORDER_UPDATE')),
  title       text not null,
  message     text not null,
  link        text check (link like '/%' and link not like '//%'),
  chat_id     text references chats on delete cascade,
  count       int not null default 1,
  is_read     boolean not null default false,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);
create index notifications_user_id_idx on notifications (user_id, created_at desc, id desc);
create index notifications_is_read_idx on notifications (user_id) where not is_read;
create index notifications_created_at_idx on notifications (created_at);
-- However many messages arrive unseen, a chat has one unread notification.
create unique index notifications_chat_key on notifications (user_id, chat_id) where type = 'MESSAGE' and not is_read;
"""

DOWN = """
drop table notifications, message_reactions, messages, chats;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
