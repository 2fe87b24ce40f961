"""What is searched in a wardrobe, kept plain beside each piece."""

from alembic import op

revision = "2026_11_25_12_wardrobe_search"
down_revision = "2026_11_25_01_verified"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        alter table wardrobe_items add column search_text text not null generated always as (
          plain(normalize(coalesce(name, '') || ' ' || coalesce(color, '') || ' ' || coalesce(brand, ''), NFKC))
        ) stored
        """
    )


def downgrade() -> None:
    op.execute("alter table wardrobe_items drop column search_text")
