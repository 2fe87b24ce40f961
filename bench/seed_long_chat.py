"""A chat of a hundred thousand messages, and a customer of five hundred chats, in a database of the bench."""

import psycopg

from .seed_users import Seat

MESSAGES = 100_000
CHATS = 500
TALKER, GUEST = Seat(1), Seat(2)
"""Whose chat is that long, and who has that many."""
OTHERS_FROM = 1_001

_FILL = """
insert into messages (id, chat_id, seq, client_id, sender_id, content, created_at)
select 'mm' || n, %(chat)s, c.last_seq + n, gen_random_uuid(), case when n % 3 = 0 then %(user)s else %(maker)s end,
       'Message ' || n || ': the blouse is ready for a first fitting on Thursday', now() - (%(messages)s - n) * interval '1 minute'
  from chats c, generate_series(1, %(messages)s) n where c.id = %(chat)s;

update chats set last_seq = last_seq + %(messages)s, customer_read_seq = last_seq + %(messages)s - 5,
       provider_read_seq = last_seq + %(messages)s where id = %(chat)s;

insert into chats (id, customer_id, tailor_id, last_seq, customer_read_seq, updated_at)
select 'mc' || n, %(customer)s, 'ct' || lpad((%(from)s + n)::text, 23, '0'), 20, 20 - n % 4, now() - n * interval '1 hour'
  from generate_series(1, %(chats)s) n;

insert into messages (id, chat_id, seq, client_id, sender_id, content, created_at)
select 'mn' || n || '-' || s, 'mc' || n, s, gen_random_uuid(),
       case when s % 2 = 0 then 'cm' || lpad((%(from)s + n)::text, 23, '0') else %(guest)s end,
       'We said this, too', now() - n * interval '1 hour'
  from generate_series(1, %(chats)s) n, generate_series(1, 20) s;

analyze messages;

analyze chats
"""


def say_much(url: str, messages: int = MESSAGES, chats: int = CHATS) -> None:
    """Fill both; the seats must be there."""
    given = {
        "chat": TALKER.chat,
        "user": TALKER.user,
        "maker": TALKER.maker_user,
        "customer": GUEST.customer,
        "guest": GUEST.user,
        "messages": messages,
        "chats": chats,
        "from": OTHERS_FROM,
    }
    with psycopg.connect(url) as connection:
        for statement in _FILL.split(";\n"):
            connection.execute(statement.replace(" % ", " %% "), given)
