"""The catalogue: what a search for a designer needs beside the designer, and a word to all when it changes."""

from alembic import op

revision = "2026_11_22_07_catalogue"
down_revision = "2026_11_22_06_jobs"
branch_labels = None
depends_on = None

UP = """
alter table designers
  add column search_name text,                               -- null once the owner has gone: then listed nowhere
  add column budgets nummultirange not null default '{}';    -- all price ranges of the portfolio, together

-- Names live in users and prices in portfolio_items. These follow them, whoever writes.
create function search_name_of(users) returns text
  language sql immutable
  as $$ select case when $1.deleted_at is null then plain(normalize($1.name, NFKC)) end $$;

create function designer_begins() returns trigger language plpgsql as $$
begin
  select search_name_of(u) into new.search_name from users u where u.id = new.user_id;
  return new;
end $$;
create trigger designer_begins before insert on designers
  for each row execute function designer_begins();

create function designer_follows_user() returns trigger language plpgsql as $$
begin
  update designers set search_name = search_name_of(new) where user_id = new.id;
  notify catalogue;                                          -- reviewers' names are shown too
  return null;
end $$;
create trigger designer_follows_user after update of name, deleted_at on users
  for each row when (old.name is distinct from new.name or old.deleted_at is distinct from new.deleted_at)
  execute function designer_follows_user();

create function gather_budgets(ids text[]) returns void language sql as $$
  update designers d
     set budgets = found.budgets
    from (select given.id,
                 coalesce(range_agg(numrange(i.budget_min, i.budget_max, '[]'))
                            filter (where num_nonnulls(i.budget_min, i.budget_max) > 0), '{}') as budgets
            from unnest(ids) as given(id)
            left join portfolio_items i on i.designer_id = given.id
           group by given.id) found
   where d.id = found.id and d.budgets <> found.budgets
$$;

create function budgets_follow_portfolio() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform gather_budgets(array(select distinct designer_id from now_there));
  elsif tg_op = 'DELETE' then
    perform gather_budgets(array(select distinct designer_id from no_longer));
  else
    perform gather_budgets(array(select designer_id from now_there union select designer_id from no_longer));
  end if;
  return null;
end $$;
create trigger budgets_follow_insert after insert on portfolio_items
  referencing new table as now_there for each statement execute function budgets_follow_portfolio();
create trigger budgets_follow_update after update on portfolio_items
  referencing new table as now_there old table as no_longer for each statement execute function budgets_follow_portfolio();
create trigger budgets_follow_delete after delete on portfolio_items
  referencing old table as no_longer for each statement execute function budgets_follow_portfolio();

-- Processes that keep public answers in memory listen for this.
create function tell_catalogue() returns trigger language plpgsql as $$
begin
  notify catalogue;
  return null;
end $$;
create trigger designers_tell_catalogue after insert or update or delete or truncate on designers
  for each statement execute function tell_catalogue();
create trigger portfolio_items_tell_catalogue after insert or update or delete or truncate on portfolio_items
  for each statement execute function tell_catalogue();
create trigger reviews_tell_catalogue after insert or update or delete or truncate on reviews
  for each statement execute function tell_catalogue();

update designers d set search_name = search_name_of(u) from users u where u.id = d.user_id;
select gather_budgets(array(select id from designers));

-- One index per order of the list, each holding all it sorts by. Ties go to more reviews, then to the older account.
drop index designers_rating_idx, designers_experience_idx, designers_reviews_idx;
create index designers_rating_desc_idx on designers (rating desc, review_count desc, id) where search_name is not null;
create index designers_rating_asc_idx on designers (rating, review_count desc, id) where search_name is not null;
create index designers_experience_desc_idx on designers (years_of_experience desc, review_count desc, id) where search_name is not null;
create index designers_experience_asc_idx on designers (years_of_experience, review_count desc, id) where search_name is not null;
create index designers_reviews_desc_idx on designers (review_count desc, id) where search_name is not null;
create index designers_reviews_asc_idx on designers (review_count, id) where search_name is not null;
create index designers_search_name_idx on designers using gin (search_name gin_trgm_ops);
create index designers_budgets_idx on designers using gist (budgets);
"""

DOWN = """
drop trigger reviews_tell_catalogue on reviews;
drop trigger portfolio_items_tell_catalogue on portfolio_items;
drop trigger designers_tell_catalogue on designers;
drop trigger budgets_follow_delete on portfolio_items;
drop trigger budgets_follow_update on portfolio_items;
drop trigger budgets_follow_insert on portfolio_items;
drop trigger designer_follows_user on users;
drop trigger designer_begins on designers;
drop function tell_catalogue();
drop function budgets_follow_portfolio();
drop function gather_budgets(text[]);
drop function designer_follows_user();
drop function designer_begins();
drop function search_name_of(users);
alter table designers drop column search_name, drop column budgets;
create index designers_rating_idx on designers (rating desc, review_count desc, id);
create index designers_experience_idx on designers (years_of_experience desc, review_count desc, id);
create index designers_reviews_idx on designers (review_count desc, id);
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
