"""Photo-real looks: what was asked for, whether a model drew the result, and why it did not."""

from alembic import op

revision = "2026_11_28_22_photo_real"
down_revision = "2026_11_28_27_names_by_letters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        alter table virtual_try_ons
          add column is_photo_real       boolean not null default false,
          add column is_generated        boolean not null default false,
          add column photo_real_problem  text
            check (photo_real_problem in ('REFUSED', 'UNAVAILABLE', 'NO_PERSON', 'NO_CONSENT'))
        """
    )


def downgrade() -> None:
    op.execute(
        "alter table virtual_try_ons drop column is_photo_real, drop column is_generated, drop column photo_real_problem"
    )
