"""The wardrobe, the stylist's conversations and the try-ons."""

from alembic import op

revision = "2026_11_22_04_wardrobe"
down_revision = "2026_11_22_03_chat"
branch_labels = None
depends_on = None

UP = """
create table wardrobe_items (
  id                 text primary key,
  customer_id        text not null references customers on delete cascade,
  image_id           text not null references media,
  portfolio_item_id  text references portfolio_items on delete set null,
  category           text not null check (category in ('UPPERWEAR', 'BOTTOMWEAR', 'SHOES', 'BAG', 'JACKET', 'ACCESSORIES', 'DRESS', 'OUTERWEAR')),
  subcategory        text check (subcategory in ('BRIDAL', 'CASUAL', 'FORMAL', 'ETHNIC', 'WESTERN', 'FUSION', 'CUSTOM')),
  color              text,
  brand              text,
  name               text,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  unique (customer_id, portfolio_item_id)
);
create index wardrobe_items_customer_id_idx on wardrobe_items (customer_id, created_at desc, id desc);
create index wardrobe_items_category_idx on wardrobe_items (category);
create index wardrobe_items_subcategory_idx on wardrobe_items (subcategory);
create index wardrobe_items_image_id_idx on wardrobe_items (image_id);
create index wardrobe_items_portfolio_item_id_idx on wardrobe_items (portfolio_item_id);

create table virtual_try_ons (
  id               text primary key,
  customer_id      text not null references customers on delete cascade,
  body_shape       text check (body_shape in ('RECTANGLE', 'PEAR', 'HOURGLASS', 'APPLE', 'INVERTED_TRIANGLE')),
  outfit_image_id  text not null references media,
  person_image_id  text references media on delete set null,
  result_image_id  text references media on delete set null,
  landmarks        jsonb,
  confidence       double precision check (confidence between 0 and 1),
  is_processed     boolean not null default false,
  is_kept          boolean not null default false,
  created_at       timestamptz not null default now()
);
create index virtual_try_ons_customer_id_idx on virtual_try_ons (customer_id, created_at desc, id desc);

create table chatbot_conversations (
  id           text primary key,
  customer_id  text not null references customers on delete cascade,
  title        text,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now()
);
create index chatbot_conversations_customer_id_idx on chatbot_conversations (customer_id, updated_at desc, id desc);
create index chatbot_conversations_created_at_idx on chatbot_conversations (created_at);

create table chatbot_messages (
  id               text primary key,
  conversation_id  text not null references chatbot_conversations on delete cascade,
  role             text not null check (role in ('user', 'assistant')),
  content          text not null default '',
  image_id         text references media on delete set null,
  segments         jsonb,
  is_mock          boolean not null default false,
  created_at       timestamptz not null default now()
);
create index chatbot_messages_conversation_id_idx on chatbot_messages (conversation_id, created_at, id);
create index chatbot_messages_created_at_idx on chatbot_messages (created_at);
"""

DOWN = """
drop table chatbot_messages, chatbot_conversations, virtual_try_ons, wardrobe_items;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
