"""Users numbered 1, 2, 3 …: each number (a seat) is a customer, a tailor, their sessions and their chat.

Their ids are made of the seat's number, so that a pgbench script can take part as any of them without looking anything
up, and nobody has to sign up two thousand times with a slow password hash. The makers are tailors, so that the lists of
designers stay as they were.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg

from neural_threads.platform.security.tokens import access_token

SEATS = 2000
_KINDS = {
    "user": "cu",
    "customer": "cc",
    "session": "cs",
    "maker_user": "cm",
    "tailor": "ct",
    "maker_session": "cn",
    "chat": "ch",
}

_FILL = """
insert into users (id, email, password_hash, role, name)
select {user}, 'seat-' || n || '@example.com', '', 'CUSTOMER', 'Seat ' || n from generate_series(1, %(seats)s) n
union all
select {maker_user}, 'maker-' || n || '@example.com', '', 'TAILOR', 'Maker ' || n from generate_series(1, %(seats)s) n;

insert into customers (id, user_id) select {customer}, {user} from generate_series(1, %(seats)s) n;

insert into tailors (id, user_id, location) select {tailor}, {maker_user}, 'MG_ROAD' from generate_series(1, %(seats)s) n;

insert into sessions (id, user_id, refresh_hash)
select {session}, {user}, sha256(convert_to({session}, 'UTF8')) from generate_series(1, %(seats)s) n
union all
select {maker_session}, {maker_user}, sha256(convert_to({maker_session}, 'UTF8')) from generate_series(1, %(seats)s) n;

insert into chats (id, customer_id, tailor_id) select {chat}, {customer}, {tailor} from generate_series(1, %(seats)s) n;
"""


SAID = 40
"""Messages in each seat's chat after `seats_talk`."""

_TALK = """
insert into messages (id, chat_id, seq, client_id, sender_id, content, created_at)
select 'cx' || lpad(n::text, 15, '0') || lpad(seq::text, 8, '0'), {chat}, seq, gen_random_uuid(),
       case seq %% 2 when 1 then {user} else {maker_user} end,
       case seq %% 4 when 0 then 'ನಾಳೆ ಬನ್ನಿ 🙏 "' || seq || '"'
                     when 1 then 'Is the blouse of order ' || n || ' ready? I can come on Thursday after five.'
                     when 2 then 'Yes. Shall I keep the zari border, or take it off?' || E'\n' || 'It costs ₹' || 100 + seq || '.'
                     else 'Please keep it.' end,
       now() - interval '30 days' + seq * interval '7 hours' + n * interval '1 second'
  from generate_series(1, %(seats)s) n, generate_series(1, %(said)s) seq;

insert into message_reactions (id, message_id, user_id, emoji, created_at)
select 'cr' || lpad(n::text, 23, '0'), 'cx' || lpad(n::text, 15, '0') || lpad(%(said)s::text, 8, '0'), {user}, '👍', now()
  from generate_series(1, %(seats)s) n;

update messages set reaction_seq = 1 where id in (
  select 'cx' || lpad(n::text, 15, '0') || lpad(%(said)s::text, 8, '0') from generate_series(1, %(seats)s) n);

update chats set last_seq = %(said)s, reaction_seq = 1, customer_read_seq = %(said)s, provider_read_seq = %(said)s - 3
 where id in (select {chat} from generate_series(1, %(seats)s) n);
"""


@dataclass(frozen=True)
class Seat:
    """One of them, with the ids as the database has them: `seat.user`, `seat.chat` …"""

    n: int

    def __getattr__(self, kind: str) -> str:
        if kind not in _KINDS:
            raise AttributeError(kind)
        return f"{_KINDS[kind]}{self.n:023d}"


def seat_people(url: str, seats: int = SEATS) -> None:
    """Fill the seats of this database, or the first of them."""
    statements = _FILL.format(**{kind: _sql(kind, "n") for kind in _KINDS}).split(";\n")
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement, {"seats": seats})


def seats_talk(url: str) -> None:
    """Let both of every seat say something in turn, and the customer like the last of it."""
    statements = _TALK.format(**{kind: _sql(kind, "n") for kind in _KINDS}).split(";\n")
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement, {"seats": SEATS, "said": SAID})


def all_seats() -> list[Seat]:
    """The seats of any database of the bench."""
    return [Seat(n) for n in range(1, SEATS + 1)]


def known_values(seats: Iterable[Seat]) -> dict[str, str]:
    """Values that belong to these seats → the SQL that makes them of the variable `n` of a pgbench script."""
    known: dict[str, str] = {}
    for seat in seats:
        known |= {getattr(seat, kind): _sql(kind, ":n") for kind in _KINDS}
        known |= {f"{word} {seat.n}": f"('{word} ' || :n)" for word in ("Seat", "Maker")}
    return known


def customer_token(seat: Seat) -> str:
    """An access token of this seat's customer."""
    return access_token(seat.user, seat.session)


def provider_token(seat: Seat) -> str:
    """An access token of this seat's tailor."""
    return access_token(seat.maker_user, seat.maker_session)


def _sql(kind: str, number: str) -> str:
    return f"('{_KINDS[kind]}' || lpad({number}::text, 23, '0'))"
