"""People: who may sign in, their sessions, and the three faces they have."""

from alembic import op

revision = "2026_11_22_01_people"
down_revision = None
branch_labels = None
depends_on = None

UP = """
create extension if not exists postgis;
create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- Text as people search for it: without case and accents. Immutable, so that it may be indexed.
create function plain(text) returns text
  language sql immutable strict parallel safe
  as $$ select lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$;

create table users (
  id                    text primary key,
  email                 text not null,
  password_hash         text not null,
  role                  text not null check (role in ('CUSTOMER', 'DESIGNER', 'TAILOR')),
  name                  text not null,
  age                   int check (age between 18 and 120),
  is_email_verified     boolean not null default false,
  email_verify_token    bytea,        -- sha256 of what stands in the mail
  email_verify_until    timestamptz,
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  deleted_at            timestamptz
);
create unique index users_email_key on users (lower(email));
create unique index users_email_verify_token_key on users (email_verify_token);
create index users_role_idx on users (role);
create index users_name_idx on users using gin (plain(name) gin_trgm_ops);

create table password_resets (
  token       bytea primary key,      -- sha256 of what stands in the mail
  user_id     text not null references users on delete cascade,
  until       timestamptz not null,
  created_at  timestamptz not null default now()
);
create index password_resets_user_id_idx on password_resets (user_id);

-- One row per sign-in: the refresh token rotates inside it.
create table sessions (
  id             text primary key,
  user_id        text not null references users on delete cascade,
  refresh_hash   bytea not null,
  previous_hash  bytea,
  rotated_at     timestamptz,
  user_agent     text not null default '',
  address        text not null default '',
  created_at     timestamptz not null default now(),
  last_used_at   timestamptz not null default now(),
  ended_at       timestamptz
);
create unique index sessions_refresh_hash_key on sessions (refresh_hash);
create unique index sessions_previous_hash_key on sessions (previous_hash);
create index sessions_user_id_idx on sessions (user_id, created_at) where ended_at is null;

create table media (
  public_id     text primary key,
  owner_id      text references users on delete cascade,
  visibility    text not null default 'public' check (visibility in ('public', 'private')),
  content_type  text not null,
  width         int not null,
  height        int not null,
  bytes         bigint not null,
  sha256        bytea,
  created_at    timestamptz not null default now()
);
create index media_owner_id_idx on media (owner_id);

create table customers (
  id                   text primary key,
  user_id              text not null unique references users on delete cascade,
  gender               text check (gender in ('MALE', 'FEMALE', 'OTHER')),
  location             text check (location in ('MG_ROAD', 'COMMERCIAL_STREET')),
  style_preferences    text[] not null default '{}',
  body_shape           text check (body_shape in ('RECTANGLE', 'PEAR', 'HOURGLASS', 'APPLE', 'INVERTED_TRIANGLE')),
  language_preference  text not null default 'ENGLISH' check (language_preference in ('ENGLISH', 'HINDI', 'KANNADA', 'TAMIL', 'TELUGU')),
  budget_min           numeric(12,2) check (budget_min >= 0),
  budget_max           numeric(12,2) check (budget_max >= 0),
  shares_style         boolean not null default true,
  shares_body_shape    boolean not null default false,
  shares_budget        boolean not null default false,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  check (budget_min <= budget_max)
);
create index customers_location_idx on customers (location);

create table designers (
  id                   text primary key,
  user_id              text not null unique references users on delete cascade,
  bio                  text not null default '',
  location             text not null check (location in ('MG_ROAD', 'COMMERCIAL_STREET')),
  years_of_experience  int not null default 0 check (years_of_experience between 0 and 80),
  design_niches        text[] not null default '{}' check (design_niches <@ array['BRIDAL', 'CASUAL', 'FORMAL', 'ETHNIC', 'WESTERN', 'FUSION', 'SPORTSWEAR']::text[]),
  languages            text[] not null default '{}' check (languages <@ array['ENGLISH', 'HINDI', 'KANNADA', 'TAMIL', 'TELUGU']::text[]),
  language_preference  text not null default 'ENGLISH' check (language_preference in ('ENGLISH', 'HINDI', 'KANNADA', 'TAMIL', 'TELUGU')),
  phone                text,
  photo_id             text references media on delete set null,
  rating_sum           bigint not null default 0,
  review_count         int not null default 0,
  rating               double precision not null generated always as
                         (case when review_count = 0 then 0 else rating_sum::double precision / review_count end) stored,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now()
);
create index designers_location_idx on designers (location);
create index designers_design_niches_idx on designers using gin (design_niches);
create index designers_languages_idx on designers using gin (languages);
create index designers_rating_idx on designers (rating desc, review_count desc, id);
create index designers_experience_idx on designers (years_of_experience desc, review_count desc, id);
create index designers_reviews_idx on designers (review_count desc, id);
create index designers_photo_id_idx on designers (photo_id);

create table tailors (
  id                   text primary key,
  user_id              text not null unique references users on delete cascade,
  bio                  text not null default '',
  location             text not null check (location in ('MG_ROAD', 'COMMERCIAL_STREET')),
  address              text,
  position             geography(Point, 4326),
  years_of_experience  int not null default 0 check (years_of_experience between 0 and 80),
  skills               text[] not null default '{}' check (skills <@ array['ALTERATIONS', 'STITCHING', 'EMBROIDERY', 'BUTTON_WORK', 'ZIPPER_REPAIR', 'HEMMING', 'CUSTOM_FITTING', 'BRIDAL_WORK', 'ETHNIC_WEAR', 'WESTERN_WEAR']::text[]),
  languages            text[] not null default '{}' check (languages <@ array['ENGLISH', 'HINDI', 'KANNADA', 'TAMIL', 'TELUGU']::text[]),
  language_preference  text not null default 'ENGLISH' check (language_preference in ('ENGLISH', 'HINDI', 'KANNADA', 'TAMIL', 'TELUGU')),
  phone                text,
  photo_id             text references media on delete set null,
  rating_sum           bigint not null default 0,
  review_count         int not null default 0,
  rating               double precision not null generated always as
                         (case when review_count = 0 then 0 else rating_sum::double precision / review_count end) stored,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now()
);
create index tailors_location_idx on tailors (location);
create index tailors_skills_idx on tailors using gin (skills);
create index tailors_languages_idx on tailors using gin (languages);
create index tailors_position_idx on tailors using gist (position);
create index tailors_rating_idx on tailors (rating desc, review_count desc, id);
create index tailors_experience_idx on tailors (years_of_experience desc, review_count desc, id);
create index tailors_photo_id_idx on tailors (photo_id);
"""

DOWN = """
drop table tailors, designers, customers, media, sessions, password_resets, users;
drop function plain(text);
drop extension unaccent;
drop extension pg_trgm;
drop extension postgis;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
