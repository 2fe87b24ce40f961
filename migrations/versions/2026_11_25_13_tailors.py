"""Finding a tailor: what a search needs beside the tailor, an index for each order, and a word to all when one changes."""

from alembic import op

revision = "2026_11_25_13_tailors"
down_revision = "2026_11_25_12_wardrobe_search"
branch_labels = None
depends_on = None

UP = """
alter table tailors add column search_name text;             -- null once the owner has gone: then listed nowhere

-- Names live in users. This follows them, whoever writes.
create trigger tailor_begins before insert on tailors
  for each row execute function designer_begins();

create function tailor_follows_user() returns trigger language plpgsql as $$
begin
  update tailors set search_name = search_name_of(new) where user_id = new.id;
  return null;
end $$;
create trigger tailor_follows_user after update of name, deleted_at on users
  for each row when (old.name is distinct from new.name or old.deleted_at is distinct from new.deleted_at)
  execute function tailor_follows_user();

create trigger tailors_tell_catalogue after insert or update or delete or truncate on tailors
  for each statement execute function tell_catalogue();
create trigger sample_works_tell_catalogue after insert or update or delete or truncate on sample_works
  for each statement execute function tell_catalogue();

update tailors t set search_name = search_name_of(u) from users u where u.id = t.user_id;

-- One index per order of the list, each holding all it sorts by. Ties go to more reviews, then to the older account.
drop index tailors_rating_idx, tailors_experience_idx, tailors_position_idx;
create index tailors_rating_desc_idx on tailors (rating desc, review_count desc, id) where search_name is not null;
create index tailors_rating_asc_idx on tailors (rating, review_count desc, id) where search_name is not null;
create index tailors_experience_desc_idx on tailors (years_of_experience desc, review_count desc, id) where search_name is not null;
create index tailors_experience_asc_idx on tailors (years_of_experience, review_count desc, id) where search_name is not null;
create index tailors_search_name_idx on tailors using gin (search_name gin_trgm_ops);
-- Nearest first: of all, and of each place, since who asks for the other end of town should not walk through this one.
create index tailors_position_idx on tailors using gist (position)
  where search_name is not null and position is not null;
create index tailors_position_mg_road_idx on tailors using gist (position)
  where search_name is not null and position is not null and location = 'MG_ROAD';
create index tailors_position_commercial_street_idx on tailors using gist (position)
  where search_name is not null and position is not null and location = 'COMMERCIAL_STREET';
create index tailors_unplaced_idx on tailors (rating desc, review_count desc, id)
  where search_name is not null and position is null;
"""

DOWN = """
drop index tailors_unplaced_idx, tailors_position_commercial_street_idx, tailors_position_mg_road_idx, tailors_position_idx,
           tailors_search_name_idx, tailors_experience_asc_idx, tailors_experience_desc_idx,
           tailors_rating_asc_idx, tailors_rating_desc_idx;
drop trigger sample_works_tell_catalogue on sample_works;
drop trigger tailors_tell_catalogue on tailors;
drop trigger tailor_follows_user on users;
drop trigger tailor_begins on tailors;
drop function tailor_follows_user();
alter table tailors drop column search_name;
create index tailors_position_idx on tailors using gist (position);
create index tailors_rating_idx on tailors (rating desc, review_count desc, id);
create index tailors_experience_idx on tailors (years_of_experience desc, review_count desc, id);
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
