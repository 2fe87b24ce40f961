"""Searching designs and names as people spell: the words of each piece, and every word that occurs."""

from alembic import op

revision = "2026_11_25_14_designs"
down_revision = "2026_11_25_13_tailors"
branch_labels = None
depends_on = None

UP = r"""
-- "Red lehenga, zari border" is {border,lehenga,red,zari}. Split at spaces and punctuation: the signs of Indic scripts stay.
create function words_of(text) returns text[]
  language sql immutable strict parallel safe
  as $$ select coalesce(array_agg(distinct left(word, 60) order by left(word, 60)), '{}')
          from regexp_split_to_table(plain(normalize($1, NFKC)), '[[:space:][:punct:]₹|]+') as word where word <> '' $$;

-- Each word that occurs in pieces or in makers' names, once. Only ever added to: a word that has gone finds nothing.
create table search_words (
  kind  text not null check (kind in ('NAME', 'PIECE')),
  word  text collate "C" not null,
  primary key (kind, word)
);
create index search_words_alike_idx on search_words using gin (word gin_trgm_ops);

alter table portfolio_items add column search_words tsvector;  -- description, category, designer's name; null: listed nowhere

create function piece_words(piece portfolio_items) returns tsvector language sql stable as $$
  select array_to_tsvector(words_of(concat_ws(' ', piece.description, piece.category, d.search_name)))
    from designers d where d.id = piece.designer_id and d.search_name is not null
$$;

create function piece_gathers_words() returns trigger language plpgsql as $$
begin
  new.search_words := piece_words(new);
  return new;
end $$;
create trigger piece_gathers_words before insert or update of description, category, designer_id on portfolio_items
  for each row execute function piece_gathers_words();

-- Sorted, so that two who bring the same new words do not wait for each other crosswise.
create function pieces_teach_words() returns trigger language plpgsql as $$
begin
  insert into search_words (kind, word)
  select distinct 'PIECE', word from now_there, unnest(tsvector_to_array(search_words)) as word order by word
  on conflict do nothing;
  return null;
end $$;
create trigger pieces_teach_words after insert on portfolio_items
  referencing new table as now_there for each statement execute function pieces_teach_words();
create trigger changed_pieces_teach_words after update on portfolio_items
  referencing new table as now_there for each statement execute function pieces_teach_words();

create function pieces_follow_name() returns trigger language plpgsql as $$
begin
  update portfolio_items i set search_words = piece_words(i) where i.designer_id = new.id;
  return null;
end $$;
create trigger pieces_follow_name after update of search_name on designers
  for each row when (old.search_name is distinct from new.search_name) execute function pieces_follow_name();

create function names_teach_words() returns trigger language plpgsql as $$
begin
  insert into search_words (kind, word) select 'NAME', word from unnest(words_of(new.name)) as word order by word
  on conflict do nothing;
  return null;
end $$;
create trigger names_teach_words after insert or update of name on users
  for each row when (new.role <> 'CUSTOMER' and new.deleted_at is null) execute function names_teach_words();

update portfolio_items i set search_words = piece_words(i);
insert into search_words (kind, word)
select distinct 'NAME', word from users u, unnest(words_of(u.name)) as word where u.role <> 'CUSTOMER' and u.deleted_at is null;

drop index portfolio_items_created_at_idx, portfolio_items_category_idx;
create index portfolio_items_created_at_idx on portfolio_items (created_at desc, id desc) where search_words is not null;
create index portfolio_items_category_idx on portfolio_items (category, created_at desc, id desc) where search_words is not null;
create index portfolio_items_search_words_idx on portfolio_items using gin (search_words) with (fastupdate = off);
create index portfolio_items_price_idx on portfolio_items using gist (numrange(budget_min, budget_max, '[]'))
  where num_nonnulls(budget_min, budget_max) > 0;
"""

DOWN = """
drop index portfolio_items_price_idx, portfolio_items_created_at_idx, portfolio_items_category_idx;
drop trigger names_teach_words on users;
drop trigger pieces_follow_name on designers;
drop trigger changed_pieces_teach_words on portfolio_items;
drop trigger pieces_teach_words on portfolio_items;
drop trigger piece_gathers_words on portfolio_items;
drop function names_teach_words();
drop function pieces_follow_name();
drop function pieces_teach_words();
drop function piece_gathers_words();
drop function piece_words(portfolio_items);
alter table portfolio_items drop column search_words;
drop table search_words;
drop function words_of(text);
create index portfolio_items_category_idx on portfolio_items (category, created_at desc, id);
create index portfolio_items_created_at_idx on portfolio_items (created_at desc, id);
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
