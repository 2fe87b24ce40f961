"""Names are looked for down the order of ratings in the index alone, without reading the designers that have others."""

from neural_threads.platform.db.concurrent_index import create_index, drop_index

revision = "2026_11_29_01_rated_names"
down_revision = "2026_11_28_22_photo_real"
branch_labels = None
depends_on = None

ORDER = "designers (rating desc, review_count desc, id)"
LISTED = "where search_name is not null"


def upgrade() -> None:
    create_index("designers_rated_names_idx", f"{ORDER} include (search_name) {LISTED}")
    drop_index("designers_rating_desc_idx")


def downgrade() -> None:
    create_index("designers_rating_desc_idx", f"{ORDER} {LISTED}")
    drop_index("designers_rated_names_idx")
