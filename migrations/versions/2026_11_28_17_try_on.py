"""What a try-on was asked with, how far it is, and garments that are worn together."""

from alembic import op

revision = "2026_11_28_17_try_on"
down_revision = "2026_11_28_16_stylist"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        alter table virtual_try_ons
          add column garment_kind          text,
          add column garment_points        jsonb,
          add column skin_tone             text
            check (skin_tone in ('FAIR', 'WHEATISH', 'HONEY', 'BRONZE', 'BROWN', 'DEEP')),
          add column problem               text check (problem in ('NO_PERSON', 'SEVERAL_PEOPLE', 'CUT_OFF', 'SITTING')),
          add column suggested_body_shape  text
            check (suggested_body_shape in ('RECTANGLE', 'PEAR', 'HOURGLASS', 'APPLE', 'INVERTED_TRIANGLE')),
          add column started_at            timestamptz,
          add column attempts              smallint not null default 0,
          add column is_announced          boolean not null default false
        """
    )
    op.execute(
        "create index virtual_try_ons_waiting_idx on virtual_try_ons (created_at) include (customer_id) where not is_processed"
    )
    op.execute("create index virtual_try_ons_unkept_idx on virtual_try_ons (created_at) where not is_kept")
    op.execute(
        """
        create table try_on_layers (
          try_on_id  text not null references virtual_try_ons on delete cascade,
          position   smallint not null,
          image_id   text not null references media on delete cascade,
          primary key (try_on_id, position)
        )
        """
    )
    op.execute("create index try_on_layers_image_id_idx on try_on_layers (image_id)")


def downgrade() -> None:
    op.execute("drop table try_on_layers")
    op.execute("drop index virtual_try_ons_unkept_idx, virtual_try_ons_waiting_idx")
    op.execute(
        """
        alter table virtual_try_ons
          drop column garment_kind, drop column garment_points, drop column skin_tone, drop column problem,
          drop column suggested_body_shape, drop column started_at, drop column attempts, drop column is_announced
        """
    )
