"""Names are looked for down the order of ratings in the index alone, without reading the designers that have others."""

from neural_threads.platform.db.concurrent_index import create_index, drop_index

revision = "2026_11_29_01_rated_names"
down_revision = "2026_11_28_22_photo_real"
branch_labels = None
depends_on = None

LISTED = "include (search_name) where search_name is not null"
INDEXES = {
    "designers_rated_names_idx": ("designers (rating desc, review_count desc, id)", "designers_rating_desc_idx"),
    # Without its own names the lowest rated would be sorted out of the index above, all who have no review yet at once.
    "designers_low_rated_names_idx": ("designers (rating, review_count desc, id)", "designers_rating_asc_idx"),
}


def upgrade() -> None:
    for name, (order, before) in INDEXES.items():
        create_index(name, f"{order} {LISTED}")
        drop_index(before)


def downgrade() -> None:
    for name, (order, before) in INDEXES.items():
        create_index(before, f"{order} where search_name is not null")
        drop_index(name)
