"""A large world for benchmarks, made by PostgreSQL itself: spread as in life, consistent to the last review and seq."""

import asyncio
import time
from typing import Any

import psycopg

from neural_threads.demo.cast import DESIGNERS, PASSWORD
from neural_threads.demo.garments import SAMPLE_WORDS, sample_stock
from neural_threads.platform.config import Settings

# Each step may use the numbers given to scale() and what stands in the temporary tables before it.
PEOPLE = """
select setseed(0.42);

create temp table word as
select array(select distinct split_part(n, ' ', 1) from unnest(%(names)s::text[]) n order by 1) as firsts,
       array(select distinct regexp_replace(n, '^.* ', '') from unnest(%(names)s::text[]) n order by 1) as lasts;

create temp table person as
select i, role,
       'c' || lpad(to_hex(1700000000 + i * 7), 8, '0') || substr(md5(role || i), 1, 16) as id,
       firsts[1 + floor(random() * cardinality(firsts))::int] || ' ' || lasts[1 + floor(random() * cardinality(lasts))::int] as name,
       timestamptz '2023-01-01' + (i * 3 %% 24000) * interval '1 hour' as began
  from word, (values ('DESIGNER', %(designers)s), ('CUSTOMER', %(customers)s)) as k(role, many), generate_series(1, many) i;

insert into users (id, email, password_hash, role, name, is_email_verified, created_at, updated_at)
select id, 'scale-' || lower(role) || '-' || i || '@example.com', %(password_hash)s, role, name, true, began, began
  from person;

insert into customers (id, user_id, location, style_preferences, language_preference, created_at, updated_at)
select id, id, case when i %% 2 = 0 then 'MG_ROAD' else 'COMMERCIAL_STREET' end, array['Ethnic'], 'ENGLISH', began, began
  from person where role = 'CUSTOMER';
"""

# Few shops are famous: the number of reviews falls off steeply. Customers are taken round robin, so no pair comes twice.
DESIGNERS_SQL = """
create temp table shop as
select p.*, least(floor(power(random(), 4) * 120)::int, %(customers)s) as reviews, random() as quality,
       floor(random() * %(customers)s)::int as offset_
  from person p where role = 'DESIGNER';

create temp table given as
select s.id as designer_id, (s.offset_ + n) %% %(customers)s + 1 as customer_no, n, s.began,
       case when random() < 0.35 + 0.6 * s.quality then 5 when random() < 0.7 then 4 when random() < 0.7 then 3
            when random() < 0.6 then 2 else 1 end as rating
  from shop s, generate_series(1, s.reviews) n;

insert into designers (id, user_id, bio, location, years_of_experience, design_niches, languages, phone, photo_id,
                       rating_sum, review_count, created_at, updated_at)
select s.id, s.id, 'Handloom, honest prices and three fittings.',
       case when random() < 0.55 then 'MG_ROAD' else 'COMMERCIAL_STREET' end,
       floor(power(random(), 1.6) * 40)::int,
       (select array_agg(niche) from (select niche from unnest(array['BRIDAL','CASUAL','FORMAL','ETHNIC','WESTERN','FUSION','SPORTSWEAR'])
                                        with ordinality as t(niche, n)
                                       order by md5(s.i || niche) limit 1 + s.i %% 3) few),
       (select array_agg(language) from (select language from unnest(array['ENGLISH','KANNADA','HINDI','TAMIL','TELUGU'])
                                           with ordinality as t(language, n)
                                          order by n = 1 desc, md5(language || s.i) limit 1 + s.i %% 4) few),
       '+91 98451 ' || lpad((s.i %% 100000)::text, 5, '0'), (%(pictures)s::text[])[1 + s.i %% cardinality(%(pictures)s::text[])],
       coalesce(g.total, 0), coalesce(g.many, 0), s.began, s.began
  from shop s
  left join (select designer_id, sum(rating) as total, count(*) as many from given group by 1) g on g.designer_id = s.id;

insert into reviews (id, customer_id, designer_id, rating, comment, created_at, updated_at)
select 'c' || lpad(to_hex(1750000000 + row_number() over ()), 8, '0') || substr(md5(g.designer_id || g.n), 1, 16),
       p.id, g.designer_id, g.rating, case when g.n %% 8 > 0 then 'Fits as if it had always been mine.' end,
       g.began + interval '20 days' + g.n * interval '9 days', g.began + interval '20 days' + g.n * interval '9 days'
  from given g join person p on p.role = 'CUSTOMER' and p.i = g.customer_no;

insert into portfolio_items (id, designer_id, image_id, description, budget_min, budget_max, category, position, created_at)
select 'c' || lpad(to_hex(1740000000 + s.i * 3 + n), 8, '0') || substr(md5(s.id || n), 1, 16), s.id,
       (%(pictures)s::text[])[1 + (s.i * 3 + n * 7) %% cardinality(%(pictures)s::text[])], 'Made to measure, two fittings.',
       price.low, round(price.low * (1.4 + random()) / 100) * 100,
       (array['BRIDAL','CASUAL','FORMAL','ETHNIC','WESTERN','FUSION','CUSTOM'])[1 + (s.i + n * 2) %% 7], n, s.began + n * interval '4 days'
  from shop s, generate_series(0, 2) n,
       lateral (select round((1500 * exp(random() * 3.6 + 0 * (s.i + n)))::numeric / 100) * 100 as low) price;
"""

# Shops crowd around their quarter and thin out toward the edge of the city; few are famous.
TAILORS_SQL = """
create temp table bench_shop as
select i, 'c' || lpad(to_hex(1720000000 + i), 8, '0') || substr(md5('tailor' || i), 1, 16) as id,
       firsts[1 + floor(random() * cardinality(firsts))::int] || ' ' || lasts[1 + floor(random() * cardinality(lasts))::int] as name,
       timestamptz '2023-01-01' + (i * 3 %% 24000) * interval '1 hour' as began,
       random() < 0.55 as is_mg_road, 6.2832 * random() as towards, 15000 * power(random(), 0.7) as metres,
       floor(power(random(), 4) * 120)::int as reviews
  from word, generate_series(1, %(tailors)s) i;

insert into users (id, email, password_hash, role, name, is_email_verified, created_at, updated_at)
select id, 'scale-tailor-' || i || '@example.com', %(password_hash)s, 'TAILOR', name, true, began, began from bench_shop;

create temp table praised as
select s.id as tailor_id, (s.i * 13 + n) %% %(customers)s + 1 as customer_no, n, s.began, 1 + floor(5 * sqrt(random()))::int as rating
  from bench_shop s, generate_series(1, least(s.reviews, %(customers)s)) n where s.i <= %(praised)s;

insert into tailors (id, user_id, bio, location, address, position, years_of_experience, skills, languages, phone, photo_id,
                     rating_sum, review_count, created_at, updated_at)
select s.id, s.id, 'Hems in an hour, zips while you drink tea.',
       case when is_mg_road then 'MG_ROAD' else 'COMMERCIAL_STREET' end, s.i %% 190 || ', Dispensary Road, Bengaluru 560001',
       st_project(st_setsrid(case when is_mg_road then st_makepoint(77.6050, 12.9756) else st_makepoint(77.6083, 12.9822) end, 4326)::geography,
                  metres, towards),
       floor(power(random(), 1.6) * 40)::int,
       (select array_agg(skill) from (select skill from unnest(array['ALTERATIONS','STITCHING','EMBROIDERY','BUTTON_WORK','ZIPPER_REPAIR',
                                        'HEMMING','CUSTOM_FITTING','BRIDAL_WORK','ETHNIC_WEAR','WESTERN_WEAR']) skill
                                       order by md5(s.i || skill) limit 2 + s.i %% 3) few),
       array['ENGLISH', (array['KANNADA','HINDI','TAMIL','TELUGU'])[1 + s.i %% 4]], '+91 98452 ' || lpad((s.i %% 100000)::text, 5, '0'),
       (%(pictures)s::text[])[1 + s.i %% cardinality(%(pictures)s::text[])], coalesce(g.total, 0), coalesce(g.many, 0), s.began, s.began
  from bench_shop s
  left join (select tailor_id, sum(rating) as total, count(*) as many from praised group by 1) g on g.tailor_id = s.id;

insert into reviews (id, customer_id, tailor_id, rating, created_at, updated_at)
select 'c' || lpad(to_hex(1755000000 + row_number() over ()), 8, '0') || substr(md5(g.tailor_id || g.n), 1, 16),
       p.id, g.tailor_id, g.rating, g.began + g.n * interval '9 days', g.began + g.n * interval '9 days'
  from praised g join person p on p.role = 'CUSTOMER' and p.i = g.customer_no;

insert into sample_works (id, tailor_id, image_id, description, position, created_at)
select 'c' || lpad(to_hex(1745000000 + s.i * 3 + n), 8, '0') || substr(md5(s.id || n), 1, 16), s.id,
       (%(pictures)s::text[])[1 + (s.i * 3 + n * 7) %% cardinality(%(pictures)s::text[])], 'Hem levelled.', n, s.began + n * interval '4 days'
  from bench_shop s, generate_series(0, 2) n;

drop table bench_shop, praised;
"""

# Most chats are short, some are very long. seq counts each chat's messages in order; what is old has been read.
CHATS = """
create temp table pair as
select c, p.id as customer_id, s.id as designer_id, 'c' || lpad(to_hex(1760000000 + c), 8, '0') || substr(md5('chat' || c), 1, 16) as id,
       now() - power(random(), 2) * interval '90 days' as ended
  from generate_series(0, %(chats)s - 1) c
  join person p on p.role = 'CUSTOMER' and p.i = c %% %(customers)s + 1
  join shop s on s.i = (c / %(customers)s + c %% %(customers)s * 7) %% %(designers)s + 1;

create temp table said as
select m, floor(power(random(), 1.7) * %(chats)s)::int as c, random() < 0.55 as by_customer
  from generate_series(1, %(messages)s) m;

create temp table line as
select *, row_number() over (partition by c order by m) as seq, count(*) over (partition by c) as last_seq from said;

insert into chats (id, customer_id, designer_id, last_seq, customer_read_seq, provider_read_seq, created_at, updated_at)
select p.id, p.customer_id, p.designer_id, coalesce(l.last_seq, 0),
       case when p.c %% 5 = 0 then greatest(coalesce(l.last_seq, 0) - 2, 0) else coalesce(l.last_seq, 0) end, coalesce(l.last_seq, 0),
       p.ended - (coalesce(l.last_seq, 0) + 1) * interval '40 minutes', p.ended
  from pair p left join (select c, max(last_seq) as last_seq from line group by c) l on l.c = p.c;

insert into messages (id, chat_id, seq, client_id, sender_id, content, is_read, read_at, read_by, created_at)
select 'c' || lpad(to_hex(1765000000 + l.m), 8, '0') || substr(md5('message' || l.m), 1, 16), p.id, l.seq,
       md5('client' || l.m)::uuid, case when l.by_customer then p.customer_id else p.designer_id end,
       (array['Namaste! Is Saturday fine for the fitting?', 'Yes, at eleven.', 'The border could be a little narrower, four fingers perhaps.',
              'I have put the cloth aside for you, the colour is even better in daylight.', 'Thank you!', 'How much would the dupatta be?',
              'ಧನ್ಯವಾದಗಳು, ನಾಳೆ ಸಿಗೋಣ.', 'Here is the plan: two fittings, three weeks, and no sequins at all, as you wished.'])[1 + l.m %% 8],
       seen, case when seen then at + interval '3 minutes' end,
       case when seen then case when l.by_customer then p.designer_id else p.customer_id end end, at
  from line l join pair p on p.c = l.c,
       lateral (select p.ended - (l.last_seq - l.seq) * interval '40 minutes' as at,
                       l.by_customer or p.c %% 5 > 0 or l.seq <= l.last_seq - 2 as seen) when_;

drop table pair, said, line;
"""


def scale(settings: Settings, *, designers: int = 10_000, messages: int = 200_000, tailors: int = 0) -> None:
    """Add so many designers (three items each), messages and tailors (three samples). Everybody's password is the demo's."""
    from neural_threads.demo.art import draw_all
    from neural_threads.platform.security.passwords import hash_password

    began = time.monotonic()
    chats = max(1, messages // 45)
    customers = min(max(150, chats // 4), max(designers, 150))
    numbers: dict[str, Any] = {
        "designers": designers,
        "messages": messages,
        "tailors": tailors,
        "praised": 10_000,  # who comes after has no reviews: enough for any order, and a tenth of the time
        "chats": min(chats, customers * designers),
        "customers": customers,
        "names": [name for name in DESIGNERS if len(name) < 30],
        "password_hash": asyncio.run(hash_password(PASSWORD)),
    }
    # One of each cut: drawing all of the stock would take as long as many thousand designers.
    drawn = draw_all([item.picture for item in sample_stock()[: len(SAMPLE_WORDS)]], settings.media_dir)
    numbers["pictures"] = [one.public_id for one in drawn]
    with psycopg.connect(settings.database_url, cursor_factory=psycopg.ClientCursor) as db:
        if _is_large(db):
            print("This database has been scaled before; nothing was added.")
            return
        for one in drawn:
            db.execute(
                "insert into media (public_id, content_type, width, height, bytes, sha256) values (%s, %s, %s, %s, %s, %s) "
                "on conflict do nothing",
                [one.public_id, one.content_type, one.width, one.height, one.size, one.sha256],
            )
        for step in (PEOPLE, DESIGNERS_SQL, CHATS * bool(messages), TAILORS_SQL * bool(tailors)):
            if step:
                db.execute(step.encode(), numbers)
    with psycopg.connect(settings.database_url, autocommit=True) as db:
        db.execute("vacuum analyze")
    print(
        f"{designers} designers, {tailors} tailors and {messages} messages in {time.monotonic() - began:.0f} s.",
        flush=True,
    )


def _is_large(db: psycopg.Connection[Any]) -> bool:
    row = db.execute("select exists (select from users where email = 'scale-designer-1@example.com')").fetchone()
    return bool(row and row[0])
