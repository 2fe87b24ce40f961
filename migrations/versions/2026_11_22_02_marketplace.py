"""The marketplace: what makers show, what people save and what they say."""

from alembic import op

revision = "2026_11_22_02_marketplace"
down_revision = "2026_11_22_01_people"
branch_labels = None
depends_on = None

UP = """
create table portfolio_items (
  id           text primary key,
  designer_id  text not null references designers on delete cascade,
  image_id     text not null references media,
  description  text not null default '',
  budget_min   numeric(12,2) check (budget_min >= 0),
  budget_max   numeric(12,2) check (budget_max >= 0),
  category     text not null check (category in ('BRIDAL', 'CASUAL', 'FORMAL', 'ETHNIC', 'WESTERN', 'FUSION', 'CUSTOM')),
  position     int not null default 0,
  created_at   timestamptz not null default now(),
  check (budget_min <= budget_max)
);
create index portfolio_items_designer_id_idx on portfolio_items (designer_id, position, id);
create index portfolio_items_category_idx on portfolio_items (category, created_at desc, id);
create index portfolio_items_created_at_idx on portfolio_items (created_at desc, id);
create index portfolio_items_image_id_idx on portfolio_items (image_id);

create table sample_works (
  id           text primary key,
  tailor_id    text not null references tailors on delete cascade,
  image_id     text not null references media,
  description  text not null default '',
  position     int not null default 0,
  created_at   timestamptz not null default now()
);
create index sample_works_tailor_id_idx on sample_works (tailor_id, position, id);
create index sample_works_image_id_idx on sample_works (image_id);

create table reviews (
  id           text primary key,
  customer_id  text not null references customers on delete cascade,
  designer_id  text references designers on delete cascade,
  tailor_id    text references tailors on delete cascade,
  rating       int not null check (rating between 1 and 5),
  comment      text,
  reply        text,
  replied_at   timestamptz,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  unique (customer_id, designer_id),
  unique (customer_id, tailor_id),
  check (num_nonnulls(designer_id, tailor_id) = 1)
);
create index reviews_customer_id_idx on reviews (customer_id);
create index reviews_designer_id_idx on reviews (designer_id, created_at desc, id desc) where designer_id is not null;
create index reviews_tailor_id_idx on reviews (tailor_id, created_at desc, id desc) where tailor_id is not null;
create index reviews_created_at_idx on reviews (created_at desc, id desc);

create table saved_designers (
  customer_id  text not null references customers on delete cascade,
  designer_id  text not null references designers on delete cascade,
  created_at   timestamptz not null default now(),
  primary key (customer_id, designer_id)
);
create index saved_designers_designer_id_idx on saved_designers (designer_id);
"""

DOWN = """
drop table saved_designers, reviews, sample_works, portfolio_items;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
