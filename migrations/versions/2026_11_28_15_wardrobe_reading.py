"""What is read from a piece's picture, what it cost, when it was worn, and looks of several pieces."""

from alembic import op

revision = "2026_11_28_15_wardrobe_reading"
down_revision = "2026_11_28_13_pasted_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        alter table wardrobe_items
          add column client_id     uuid,
          add column image_hash    bytea,
          add column read_at       timestamptz,
          add column colors        jsonb,
          add column suggested     jsonb,
          add column pattern       text check (pattern in ('PLAIN', 'STRIPES', 'CHECKS', 'PRINT')),
          add column cutout_id     text references media on delete set null,
          add column cutout_state  text check (cutout_state in ('SHOWN', 'SUGGESTED', 'HIDDEN')),
          add column price         numeric(12,2) check (price >= 0),
          add column worn_count    int not null default 0 check (worn_count >= 0),
          add column last_worn_on  date
        """
    )
    op.execute(
        """
        create unique index wardrobe_items_client_id_key on wardrobe_items (customer_id, client_id)
         where client_id is not null
        """
    )
    op.execute("create index wardrobe_items_cutout_id_idx on wardrobe_items (cutout_id) where cutout_id is not null")
    op.execute(
        """
        create table wardrobe_wears (
          item_id     text not null references wardrobe_items on delete cascade,
          worn_on     date not null,
          created_at  timestamptz not null default now(),
          primary key (item_id, worn_on)
        )
        """
    )
    op.execute(
        """
        create table wardrobe_looks (
          id           text primary key,
          customer_id  text not null references customers on delete cascade,
          name         text not null,
          created_at   timestamptz not null default now(),
          updated_at   timestamptz not null default now()
        )
        """
    )
    op.execute("create index wardrobe_looks_customer_id_idx on wardrobe_looks (customer_id, created_at desc, id desc)")
    op.execute(
        """
        create table wardrobe_look_parts (
          look_id   text not null references wardrobe_looks on delete cascade,
          item_id   text not null references wardrobe_items on delete cascade,
          part      text,
          position  int not null,
          primary key (look_id, item_id)
        )
        """
    )
    op.execute("create index wardrobe_look_parts_item_id_idx on wardrobe_look_parts (item_id)")
    op.execute(
        """
        create index alteration_requests_wardrobe_item_id_idx on alteration_requests (wardrobe_item_id)
         where wardrobe_item_id is not null
        """
    )


def downgrade() -> None:
    op.execute("drop index alteration_requests_wardrobe_item_id_idx")
    op.execute("drop table wardrobe_look_parts, wardrobe_looks, wardrobe_wears")
    op.execute(
        """
        alter table wardrobe_items
          drop column client_id, drop column image_hash, drop column read_at, drop column colors, drop column suggested,
          drop column pattern, drop column cutout_id, drop column cutout_state, drop column price,
          drop column worn_count, drop column last_worn_on
        """
    )
