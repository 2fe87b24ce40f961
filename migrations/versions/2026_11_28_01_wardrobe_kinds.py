"""Counting a wardrobe by kind, also among the pieces that contain some words, without looking at the pieces themselves."""

from alembic import op

revision = "2026_11_28_01_wardrobe_kinds"
down_revision = "2026_11_27_01_words_said"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        create index wardrobe_items_kinds_idx on wardrobe_items (customer_id, category, subcategory)
          include (search_text)
        """
    )


def downgrade() -> None:
    op.execute("drop index wardrobe_items_kinds_idx")
