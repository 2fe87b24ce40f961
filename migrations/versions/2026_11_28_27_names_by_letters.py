"""Names are found by one or two letters, for which there are no trigrams."""

from alembic import op

revision = "2026_11_28_27_names_by_letters"
down_revision = "2026_11_28_26_catalogue_counts"
branch_labels = None
depends_on = None

# It costs more than reading the name, so that the planner reads it off the index and does not work it out for each row.
UP = """
create function letter_pairs(text) returns text[]
  language sql immutable strict parallel safe cost 1000
  as $$ select array(select distinct substr($1, i, n) from generate_series(1, length($1)) i, generate_series(1, 2) n) $$;
create index designers_letter_pairs_idx on designers using gin (letter_pairs(search_name)) where search_name is not null;
create index tailors_letter_pairs_idx on tailors using gin (letter_pairs(search_name)) where search_name is not null;
"""

DOWN = """
drop index tailors_letter_pairs_idx, designers_letter_pairs_idx;
drop function letter_pairs(text);
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
