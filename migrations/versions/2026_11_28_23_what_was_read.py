"""What a try-on read from its garment's picture, and how sure the suggested body shape is."""

from alembic import op

revision = "2026_11_28_23_what_was_read"
down_revision = "2026_11_28_18_schema_line"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        alter table virtual_try_ons
          add column found_kind             text,
          add column found_points           jsonb,
          add column body_shape_confidence  real check (body_shape_confidence between 0 and 1),
          add column has_own_landmarks      boolean not null default false
        """
    )


def downgrade() -> None:
    op.execute(
        """
        alter table virtual_try_ons
          drop column found_kind, drop column found_points, drop column body_shape_confidence,
          drop column has_own_landmarks
        """
    )
