"""The nearest tailors of a name or so many years are read off the index, without those near by who do not fit."""

from neural_threads.platform.db.concurrent_index import create_index, drop_index

revision = "2026_11_30_02_tailors_narrowed"
down_revision = "2026_11_30_01_tailors_told"
branch_labels = None
depends_on = None

NAME = "tailors_narrowed_idx"
# The name in another form than in other indexes: PostgreSQL would read all of this one for a name without a place.
NAMES = "(search_name || '') gist_trgm_ops"
YEARS = "int4range(years_of_experience, years_of_experience, '[]')"


def upgrade() -> None:
    create_index(NAME, f"tailors using gist (position, {NAMES}, {YEARS}) where search_name is not null")


def downgrade() -> None:
    drop_index(NAME)
