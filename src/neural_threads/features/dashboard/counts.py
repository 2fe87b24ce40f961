"""The counts of the customer's home page, in one statement."""

from neural_threads.features.accounts.enums import BodyShape, Language
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.serialization.types import Shape


class Counts(Shape, frozen=True, kw_only=True):
    """The four figures of a customer's home, and what the rest of the page goes by."""

    chats: int
    saved: int
    pieces: int
    alterations: int
    style_preferences: list[str]
    body_shape: BodyShape | None
    language_preference: Language


COUNTS = """
select (select count(*) from chats where customer_id = k.id) as chats,
       (select count(*) from saved_designers where customer_id = k.id) as saved,
       (select count(*) from wardrobe_items where customer_id = k.id) as pieces,
       (select count(*) from alteration_requests where customer_id = k.id) as alterations,
       k.style_preferences, k.body_shape, k.language_preference
  from customers k
 where k.id = %(me)s
"""


async def counts_of(db: Db, me: Person) -> Counts:
    """Mine; each is counted in its index."""
    return await db.one(Counts, COUNTS, me=me.customer_id)
