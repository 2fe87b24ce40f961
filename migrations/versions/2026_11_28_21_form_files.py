"""An image that came with a form knows which form, so that the same file sent with it again is the same image."""

from alembic import op

revision = "2026_11_28_21_form_files"
down_revision = "2026_11_28_25_reacted_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table media add column form_id uuid")


def downgrade() -> None:
    op.execute("alter table media drop column form_id")
