"""The stylist's answers: one under way per customer, asked once under a client's id; outfits that are kept as looks; consents."""

from alembic import op

revision = "2026_11_28_16_stylist"
down_revision = "2026_11_28_15_wardrobe_reading"
branch_labels = None
depends_on = None

UP = """
alter table chatbot_messages
  add column customer_id  text references customers on delete cascade,
  add column client_id    uuid,
  add column suggestions  text[] not null default '{}',
  add column language     text,
  add column is_stopped   boolean not null default false;
create unique index chatbot_messages_client_id_idx on chatbot_messages (customer_id, client_id);

create table chatbot_answers (
  customer_id      text primary key references customers on delete cascade,
  conversation_id  text not null references chatbot_conversations on delete cascade,
  question_id      text not null references chatbot_messages on delete cascade,
  answer_id        text not null,
  locale           text not null,
  text             text not null default '',
  is_stopped       boolean not null default false,
  alive_at         timestamptz not null default now(),
  created_at       timestamptz not null default now()
);
create index chatbot_answers_conversation_id_idx on chatbot_answers (conversation_id);
create index chatbot_answers_question_id_idx on chatbot_answers (question_id);

create table kept_outfits (
  message_id     text not null references chatbot_messages on delete cascade,
  segment_index  int not null check (segment_index >= 0),
  look_id        text not null references wardrobe_looks on delete cascade,
  primary key (message_id, segment_index)
);
create index kept_outfits_look_id_idx on kept_outfits (look_id);

create table consents (
  id              text primary key,
  user_id         text not null references users on delete cascade,
  purpose         text not null check (purpose in ('STYLIST', 'TRY_ON')),
  notice_version  int not null check (notice_version > 0),
  given_at        timestamptz,
  withdrawn_at    timestamptz,
  created_at      timestamptz not null default now(),
  check (num_nonnulls(given_at, withdrawn_at) > 0)
);
create unique index consents_given_idx on consents (user_id, purpose) where withdrawn_at is null;
create index consents_user_id_idx on consents (user_id, created_at, id);
"""

DOWN = """
drop table consents, kept_outfits, chatbot_answers;
alter table chatbot_messages
  drop column customer_id, drop column client_id, drop column suggestions, drop column language, drop column is_stopped;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
