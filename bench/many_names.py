"""Many designers with realistic names: a few that thousands share, and many rare ones."""

import psycopg

FIRSTS = [
    "kavya", "priya", "lakshmi", "arjun", "meera", "rohan", "sanya", "vikram", "dina", "ishaan", "zoya", "ananya",
    "aditya", "deepa", "farhan", "gauri",
]  # fmt: skip
LASTS = [
    "rao", "iyer", "shetty", "gowda", "nair", "reddy", "patil", "hegde", "kulkarni", "bhat", "menon", "pillai",
    "sharma", "khan", "das", "joseph",
]  # fmt: skip
SYLLABLES = [
    "ka", "kha", "ga", "cha", "ja", "ta", "da", "na", "pa", "ba", "ma", "ya", "ra", "la", "va", "sha", "sa", "ha",
    "ki", "vi", "ri", "ni", "mi", "shi", "ku", "su", "pu", "ru", "nu", "mu", "de", "ve", "se", "ne", "ro", "so",
    "mo", "lo", "an", "ar", "il", "em", "ish", "ush", "ith", "eth", "or",
]  # fmt: skip

# A name's rank falls off as in a telephone directory: the first has four in a hundred, the last a handful in a million.
_FILL = """
select setseed(0.42);

create temp table name_word as
select kind, n, case when n <= 16 then (case kind when 'first' then %(firsts)s::text[] else %(lasts)s::text[] end)[n]
                     else syllable(n * 7 + k) || syllable(n / 41 + k) || syllable(n / 1681 + n * 3)
                          || case when n %% 3 = 0 then '' else syllable(n * 11 + n / 7) end end as word
  from (values ('first', 17), ('last', 23)) kinds(kind, k), generate_series(1, 20000) n;
create unique index on name_word (kind, n);

create temp table namesake as
select i, f.word || ' ' || l.word as name
  from (select i, 1 + floor(20000 * power(random(), 3))::int as f, 1 + floor(20000 * power(random(), 3))::int as l
          from generate_series(1, %(providers)s) i) picked
  join name_word f on f.kind = 'first' and f.n = picked.f join name_word l on l.kind = 'last' and l.n = picked.l;

alter table users disable trigger names_teach_words;
insert into users (id, email, password_hash, role, name)
select 'n' || i, 'name-' || i || '@example.com', '', 'DESIGNER', initcap(name) from namesake;
alter table users enable trigger names_teach_words;
insert into search_words (kind, word) select distinct 'NAME', regexp_split_to_table(name, ' ') from namesake on conflict do nothing;

insert into designers (id, user_id, location, years_of_experience, design_niches, languages, rating_sum, review_count)
select 'n' || i, 'n' || i, (array['MG_ROAD','COMMERCIAL_STREET'])[1 + i %% 2], hashint4(i) & 31,
       (array['BRIDAL','CASUAL','FORMAL','ETHNIC','WESTERN','FUSION','SPORTSWEAR'])[1 + i %% 6 : 1 + i %% 6 + (i / 7) %% 2],
       (array['ENGLISH','HINDI','KANNADA','TAMIL','TELUGU'])[1 + i %% 4 : 1 + i %% 4 + (i / 5) %% 2],
       many * 3 + (hashint4(i + 7) & 1023) * many / 512, many
  from namesake, lateral (select (power((hashint4(i + 3) & 1023) / 1024.0, 4) * 120)::int as many) reviews;
"""


def name_designers(url: str, providers: int) -> None:
    """Add so many designers to this database."""
    syllables = ", ".join(f"'{syllable}'" for syllable in SYLLABLES)
    with psycopg.connect(url) as connection:
        connection.execute(
            "create function pg_temp.syllable(n int) returns text language sql immutable "
            f"as $$ select (array[{syllables}])[1 + n % {len(SYLLABLES)}] $$"
        )
        given = {"firsts": FIRSTS, "lasts": LASTS, "providers": providers}
        for statement in _FILL.replace("syllable(", "pg_temp.syllable(").split(";\n"):
            if statement.strip():
                connection.execute(statement, given)
