"""A tailor who learns a language is told to the caches: lists by language were kept without her for up to ten minutes."""

from alembic import op

revision = "2026_11_30_01_tailors_told"
down_revision = "2026_11_29_01_rated_names"
branch_labels = None
depends_on = None

TOLD = """
drop trigger tailors_order_told on tailors;
create trigger tailors_order_told after update on tailors
  for each row when (({old}) is distinct from ({new})) execute function tell_catalogue_of_provider('tailors');
"""
BEFORE = ("search_name", "location", "years_of_experience", "skills", "position", "rating_sum", "review_count")


def upgrade() -> None:
    op.execute(_told(*BEFORE, "languages"))


def downgrade() -> None:
    op.execute(_told(*BEFORE))


def _told(*columns: str) -> str:
    return TOLD.format(
        old=", ".join(f"old.{each}" for each in columns), new=", ".join(f"new.{each}" for each in columns)
    )
