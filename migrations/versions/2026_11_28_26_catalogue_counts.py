"""The catalogue counts itself, and says what changed: providers by facet, and a notification that names what to forget.

Earlier code goes on working: it forgets everything at any notification, and counts for itself.
"""

from alembic import op

revision = "2026_11_28_26_catalogue_counts"
down_revision = "2026_11_28_21_form_files"
branch_labels = None
depends_on = None

TABLES = r"""
-- How many listed providers have a niche, a skill, a language or a place. Changes are added as rows of their own, so that
-- nobody waits for anybody; a job folds them into one row of each facet.
create table catalogue_counts (
  kind  text    not null check (kind in ('DESIGNER', 'TAILOR')),
  value text    not null,
  many  integer not null
);
create index catalogue_counts_kind_idx on catalogue_counts (kind, value);

create function listed_traits(search_name text, location text, traits text[]) returns setof text
  language sql immutable parallel safe
  as $$ select distinct trait from unnest(traits || location) as trait where search_name is not null $$;

-- Processes that keep public answers in memory listen for this: each word names answers to forget, the empty one all.
create function tell_catalogue_of(words text[]) returns void language plpgsql as $$
begin
  if cardinality(words) > 50 then
    notify catalogue;
  else
    perform pg_notify('catalogue', word) from unnest(words) as word;
  end if;
end $$;

create function tell_catalogue_of_provider() returns trigger language plpgsql as $$
begin
  perform pg_notify('catalogue', coalesce(tg_argv[0], new.id));
  return null;
end $$;

create function catalogue_is_emptied() returns trigger language plpgsql as $$
begin
  delete from catalogue_counts where kind = tg_argv[0];
  notify catalogue;
  return null;
end $$;
"""

# What is notified: the id of a provider whose card or profile looks different; `designers` or `tailors` when another may be
# in a list, or elsewhere in it; `designers facets`, `tailors facets` when the counts are others.
PROVIDERS = r"""
create function {table}_come_and_go() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into catalogue_counts (kind, value, many)
    select '{kind}', trait, count(*) from now_there n, listed_traits(n.search_name, n.location, {new}) as trait group by trait;
    perform tell_catalogue_of(array['{table}', '{table} facets']);
  else
    insert into catalogue_counts (kind, value, many)
    select '{kind}', trait, -count(*) from no_longer o, listed_traits(o.search_name, o.location, {old}) as trait group by trait;
    perform tell_catalogue_of(array['{table}', '{table} facets'] || array(select id from no_longer limit 60));
  end if;
  return null;
end $$;
create function {table}_change_facets() returns trigger language plpgsql as $$
begin
  insert into catalogue_counts (kind, value, many)
  select '{kind}', trait, sum(many)
    from (select trait, 1 as many from listed_traits(new.search_name, new.location, {facets_new}) as trait
          union all
          select trait, -1 from listed_traits(old.search_name, old.location, {facets_old}) as trait) changes
   group by trait having sum(many) <> 0;
  notify catalogue, '{table} facets';
  return null;
end $$;
drop trigger {table}_tell_catalogue on {table};
create trigger {table}_insert_told after insert on {table}
  referencing new table as now_there for each statement execute function {table}_come_and_go();
create trigger {table}_delete_told after delete on {table}
  referencing old table as no_longer for each statement execute function {table}_come_and_go();
create trigger {table}_truncate_told after truncate on {table}
  for each statement execute function catalogue_is_emptied('{kind}');
create trigger {table}_look_told after update on {table} for each row execute function tell_catalogue_of_provider();
create trigger {table}_order_told after update on {table}
  for each row when (({order_old}) is distinct from ({order_new})) execute function tell_catalogue_of_provider('{table}');
create trigger {table}_facets_told after update on {table}
  for each row when ((old.search_name, old.location, {facets_old}) is distinct from (new.search_name, new.location, {facets_new}))
  execute function {table}_change_facets();

insert into catalogue_counts (kind, value, many)
select '{kind}', trait, count(*) from {table} n, listed_traits(n.search_name, n.location, {new}) as trait group by trait;
"""
DESIGNERS = {
    "table": "designers",
    "kind": "DESIGNER",
    "traits": "{0}.design_niches || {0}.languages",
    "order": "{0}.search_name, {0}.location, {0}.years_of_experience, {0}.design_niches, {0}.languages, {0}.budgets, "
    "{0}.rating_sum, {0}.review_count",
}
TAILORS = {
    "table": "tailors",
    "kind": "TAILOR",
    "traits": "{0}.skills",
    "order": "{0}.search_name, {0}.location, {0}.years_of_experience, {0}.skills, {0}.position, "
    "{0}.rating_sum, {0}.review_count",
}

# Items and reviews are named by whose they are; `designs` and `reviews` are the lists of all.
ITEMS = r"""
create function {table}_change() returns trigger language plpgsql as $$
declare
  ids text[];
begin
  if tg_op = 'INSERT' then
    ids := array(select distinct {owner} from now_there limit 60);
  elsif tg_op = 'DELETE' then
    ids := array(select distinct {owner} from no_longer limit 60);
  else
    ids := array(select {owner} from now_there union select {owner} from no_longer limit 60);
  end if;
  perform tell_catalogue_of(array[{list}]::text[] || ids);
  return null;
end $$;
drop trigger {table}_tell_catalogue on {table};
create trigger {table}_insert_told after insert on {table}
  referencing new table as now_there for each statement execute function {table}_change();
create trigger {table}_update_told after update on {table}
  referencing new table as now_there old table as no_longer for each statement execute function {table}_change();
create trigger {table}_delete_told after delete on {table}
  referencing old table as no_longer for each statement execute function {table}_change();
create trigger {table}_truncate_told after truncate on {table}
  for each statement execute function tell_catalogue();
"""
OWNED = (
    {"table": "portfolio_items", "owner": "designer_id", "list": "'designs'"},
    {"table": "sample_works", "owner": "tailor_id", "list": ""},
    {"table": "reviews", "owner": "coalesce(designer_id, tailor_id)", "list": "'reviews'"},
)

NAMES = r"""
-- Reviewers' names are shown, too.
create or replace function designer_follows_user() returns trigger language plpgsql as $$
begin
  update designers set search_name = search_name_of(new) where user_id = new.id;
  perform tell_catalogue_of(array['reviews'] || array(
    select distinct coalesce(r.designer_id, r.tailor_id)
      from customers c join reviews r on r.customer_id = c.id where c.user_id = new.id limit 60));
  return null;
end $$;

-- A review is verified once an order between the two was completed.
create function completed_order_told() returns trigger language plpgsql as $$
begin
  perform tell_catalogue_of(array['reviews', case tg_argv[0] when 'designer' then to_jsonb(new) ->> 'designer_id'
                                             else to_jsonb(new) ->> 'tailor_id' end]);
  return null;
end $$;
drop trigger design_requests_tell_catalogue on design_requests;
create trigger design_requests_told after update of status on design_requests
  for each row when (new.status = 'COMPLETED' and old.status <> 'COMPLETED') execute function completed_order_told('designer');
drop trigger alteration_requests_tell_catalogue on alteration_requests;
create trigger alteration_requests_told after update of status on alteration_requests
  for each row when (new.status = 'COMPLETED' and old.status <> 'COMPLETED') execute function completed_order_told('tailor');
"""

BACK = """
create trigger {table}_tell_catalogue after insert or update or delete or truncate on {table}
  for each statement execute function tell_catalogue();
"""

DOWN = r"""
drop trigger alteration_requests_told on alteration_requests;
create trigger alteration_requests_tell_catalogue after update of status on alteration_requests
  for each row when (new.status = 'COMPLETED' and old.status <> 'COMPLETED') execute function tell_catalogue();
drop trigger design_requests_told on design_requests;
create trigger design_requests_tell_catalogue after update of status on design_requests
  for each row when (new.status = 'COMPLETED' and old.status <> 'COMPLETED') execute function tell_catalogue();
drop function completed_order_told();
create or replace function designer_follows_user() returns trigger language plpgsql as $$
begin
  update designers set search_name = search_name_of(new) where user_id = new.id;
  notify catalogue;                                          -- reviewers' names are shown too
  return null;
end $$;
drop function catalogue_is_emptied();
drop function tell_catalogue_of_provider();
drop function tell_catalogue_of(text[]);
drop function listed_traits(text, text, text[]);
drop table catalogue_counts;
"""


def upgrade() -> None:
    _run(TABLES)
    for one in (DESIGNERS, TAILORS):
        rows = {f"order_{row}": one["order"].format(row) for row in ("old", "new")}
        rows |= {f"facets_{row}": one["traits"].format(row) for row in ("old", "new")}
        new, old = (one["traits"].format(row) for row in ("n", "o"))
        _run(PROVIDERS.format(table=one["table"], kind=one["kind"], new=new, old=old, **rows))
    for owned in OWNED:
        _run(ITEMS.format(**owned))
    _run(NAMES)


def downgrade() -> None:
    for table in ("reviews", "sample_works", "portfolio_items"):
        _back(table, ("insert", "update", "delete", "truncate"), ("change",))
    for table in ("tailors", "designers"):
        _back(table, ("insert", "delete", "truncate", "look", "order", "facets"), ("come_and_go", "change_facets"))
    _run(DOWN)


def _back(table: str, triggers: tuple[str, ...], functions: tuple[str, ...]) -> None:
    for trigger in triggers:
        _run(f"drop trigger {table}_{trigger}_told on {table}")
    for function in functions:
        _run(f"drop function {table}_{function}()")
    _run(BACK.format(table=table))


def _run(sql: str) -> None:
    op.execute(sql.replace(":", r"\:"))
