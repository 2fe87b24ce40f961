"""A million designs to search: words from common to rare, and designers with few to many designs.

Made by PostgreSQL itself: phrases first, each with its words, then pieces that take a phrase. Triggers sleep and indexes are
made afterwards, so that a million takes a minute or two; what the triggers would have kept true is made true at the end.
"""

import psycopg

PHRASES = 60_000
"""So many different descriptions; few of them are used often."""

# Words that a thousand designers use, then thousands that hardly anybody does, made of syllables.
_WORDS = """
create temp table vocabulary as
select array['lehenga','saree','kurta','sherwani','anarkali','blouse','dupatta','salwar','gown','jacket','dhoti','lungi','palazzo','ghagra','achkan'] as garments,
       array['red','indigo','rani','gold','ivory','green','maroon','teal','black','peach','mustard','turquoise','aubergine','coral','sage'] as colours,
       array['silk','cotton','georgette','organza','khadi','linen','velvet','chiffon','tussar','chanderi','ಖಾದಿ','ರೇಷ್ಮೆ'] as cloths,
       array['zari','zardozi','ikat','block print','mirror work','chikankari','gota patti','kasuti','kalamkari','bandhani','shibori','phulkari'] as crafts,
       array['border','pallu','yoke','hem','sleeves','neckline','placket','lining'] as places,
       array['ba','chi','da','ga','hu','ja','ki','lo','ma','na','pa','ra','sa','tu','va','ya','zo','bhe','dri','ksha','lla','mni','nda','pra',
             'sta','tri','vre','yshi','gho','mbu'] as syllables;

create temp table phrase as
select n, concat_ws(' ', initcap(colours[1 + floor(power(random(), 2) * 15)::int]), cloths[1 + floor(power(random(), 2) * 12)::int],
                    garments[1 + floor(power(random(), 2) * 15)::int], 'with', crafts[1 + floor(power(random(), 2) * 12)::int],
                    places[1 + floor(random() * 8)::int],
                    case when n %% 3 = 0 then syllables[1 + n / 3 %% 30] || syllables[1 + n / 90 %% 30] || syllables[1 + n / 2700 %% 30] end) as said
  from vocabulary, generate_series(1, %(phrases)s) n;
alter table phrase add column words tsvector;
update phrase set words = array_to_tsvector(words_of(said));

create temp table kind as
select category, row_number() over () as n, array_to_tsvector(words_of(category)) as words
  from unnest(array['BRIDAL','CASUAL','FORMAL','ETHNIC','WESTERN','FUSION','CUSTOM']) category;

create temp table maker as
select id, row_number() over (order by id) as n, array_to_tsvector(words_of(search_name)) as words from designers where search_name is not null;

create temp table picture as
select public_id, row_number() over (order by public_id) as n from media;

create index on phrase (n);
create index on maker (n);
analyze phrase, kind, maker, picture;
"""

_ITEMS = """
insert into portfolio_items (id, designer_id, image_id, description, budget_min, budget_max, category, position, created_at, search_words)
select 'c' || lpad(to_hex(1800000000 + chosen.n), 8, '0') || substr(md5('piece' || chosen.n), 1, 16), maker.id, picture.public_id, phrase.said,
       price.low, round(price.low * 1.6, -2), kind.category, 100, timestamptz '2024-01-01' + chosen.n * interval '80 seconds',
       phrase.words || kind.words || maker.words
  from (select n, 1 + floor(power(random(), 2.5) * %(phrases)s)::int as phrase, 1 + floor(random() * %(makers)s)::int as maker,
               random() as price
          from generate_series(1, %(pieces)s) n) chosen
  join phrase on phrase.n = chosen.phrase
  join maker on maker.n = chosen.maker
  join kind on kind.n = 1 + chosen.n %% 7
  join picture on picture.n = 1 + chosen.n %% %(pictures)s,
       lateral (select round((1500 * exp(chosen.price * 3.6))::numeric, -2) as low) price
 order by chosen.n
"""

_AFTERWARDS = """
insert into search_words (kind, word)
select distinct 'PIECE', word
  from (select words from phrase union all select words from kind union all select words from maker) all_words,
       unnest(tsvector_to_array(words)) as word
on conflict do nothing;

update designers d set budgets = found.budgets
  from (select designer_id, range_agg(numrange(budget_min, budget_max, '[]')) as budgets from portfolio_items group by designer_id) found
 where found.designer_id = d.id
"""


def show_items(url: str, items: int) -> None:
    """Let the designers of this database show so many pieces beside those that hang there."""
    with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as db:
        db.execute("set local session_replication_role = replica")
        db.execute("set local maintenance_work_mem = '512MB'")
        db.execute("select setseed(0.42)")
        indexes = [(str(name), str(made)) for name, made in db.execute(_INDEXES).fetchall()]
        for name, _made in indexes:
            db.execute(f'drop index "{name}"'.encode())
        db.execute(_WORDS, {"phrases": PHRASES})
        providers, images = _one(db, "select count(*) from maker"), _one(db, "select count(*) from picture")
        db.execute(_ITEMS, {"phrases": PHRASES, "pieces": items, "makers": providers, "pictures": images})
        for _name, made in indexes:
            db.execute(made.encode())
        db.execute(_AFTERWARDS)


_INDEXES = """
select i.indexname, i.indexdef from pg_indexes i
 where i.tablename = 'portfolio_items' and i.indexname not in (select conname from pg_constraint)
"""


def _one(db: psycopg.Connection[tuple[int, ...]], query: str) -> int:
    row = db.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]
