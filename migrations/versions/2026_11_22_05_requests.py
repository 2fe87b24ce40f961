"""Requests: alterations and designs, their pictures, and who moved them when."""

from alembic import op

revision = "2026_11_22_05_requests"
down_revision = "2026_11_22_04_wardrobe"
branch_labels = None
depends_on = None

UP = """
create table alteration_requests (
  id                 text primary key,
  customer_id        text not null references customers on delete cascade,
  tailor_id          text not null references tailors on delete cascade,
  description        text not null,
  image_id           text references media on delete set null,
  wardrobe_item_id   text references wardrobe_items on delete set null,
  pins               jsonb not null default '[]',
  status             text not null default 'PENDING' check (status in ('PENDING', 'ACCEPTED', 'IN_PROGRESS', 'COMPLETED', 'REJECTED', 'CANCELLED')),
  quoted_price       numeric(12,2) check (quoted_price >= 0),
  promised_date      date,
  quote_accepted_at  timestamptz,
  notes              text,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now()
);
create index alteration_requests_customer_id_idx on alteration_requests (customer_id, created_at desc, id desc);
create index alteration_requests_tailor_id_idx on alteration_requests (tailor_id, created_at desc, id desc);
create index alteration_requests_status_idx on alteration_requests (status);

create table design_requests (
  id                 text primary key,
  customer_id        text not null references customers on delete cascade,
  designer_id        text not null references designers on delete cascade,
  description        text not null,
  image_id           text references media on delete set null,
  reference_image_id text references media on delete set null,
  chat_id            text references chats on delete set null,
  wardrobe_item_id   text references wardrobe_items on delete set null,
  pins               jsonb not null default '[]',
  status             text not null default 'PENDING' check (status in ('PENDING', 'ACCEPTED', 'IN_PROGRESS', 'COMPLETED', 'REJECTED', 'CANCELLED')),
  quoted_price       numeric(12,2) check (quoted_price >= 0),
  promised_date      date,
  quote_accepted_at  timestamptz,
  notes              text,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now()
);
create index design_requests_customer_id_idx on design_requests (customer_id, created_at desc, id desc);
create index design_requests_designer_id_idx on design_requests (designer_id, created_at desc, id desc);
create index design_requests_status_idx on design_requests (status);
create index design_requests_chat_id_idx on design_requests (chat_id);

alter table messages add constraint messages_request_id_fkey
  foreign key (request_id) references design_requests on delete set null;
create index messages_request_id_idx on messages (request_id) where request_id is not null;

create table request_images (
  id                     text primary key,
  alteration_request_id  text references alteration_requests on delete cascade,
  design_request_id      text references design_requests on delete cascade,
  image_id               text not null references media on delete cascade,
  position               int not null check (position between 0 and 5),
  unique (alteration_request_id, position),
  unique (design_request_id, position),
  check (num_nonnulls(alteration_request_id, design_request_id) = 1)
);
create index request_images_image_id_idx on request_images (image_id);

create table request_events (
  id                     text primary key,
  alteration_request_id  text references alteration_requests on delete cascade,
  design_request_id      text references design_requests on delete cascade,
  actor_id               text references users on delete set null,
  from_status            text check (from_status in ('PENDING', 'ACCEPTED', 'IN_PROGRESS', 'COMPLETED', 'REJECTED', 'CANCELLED')),
  to_status              text not null check (to_status in ('PENDING', 'ACCEPTED', 'IN_PROGRESS', 'COMPLETED', 'REJECTED', 'CANCELLED')),
  note                   text,
  quoted_price           numeric(12,2),
  promised_date          date,
  created_at             timestamptz not null default now(),
  check (num_nonnulls(alteration_request_id, design_request_id) = 1)
);
create index request_events_alteration_idx on request_events (alteration_request_id, created_at, id);
create index request_events_design_idx on request_events (design_request_id, created_at, id);
"""

DOWN = """
drop table request_events, request_images;
alter table messages drop constraint messages_request_id_fkey;
drop index messages_request_id_idx;
drop table design_requests, alteration_requests;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
