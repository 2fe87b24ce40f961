"""Save a designer, or remove one from the saved."""

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Forbidden, NotFound
from neural_threads.platform.ids import is_id


async def save_designer(db: Db, me: Person, designer_id: str) -> None:
    """Keep a designer among one's own. Saving twice is saving once."""
    customer = _saver(me)
    listed = is_id(designer_id) and await db.value(
        "select 1 from designers where id = %(designer)s and search_name is not null for key share",
        designer=designer_id,
    )
    if not listed:
        raise NotFound
    await db.execute(
        """
        insert into saved_designers (customer_id, designer_id) values (%(customer)s, %(designer)s)
        on conflict do nothing
        """,
        customer=customer,
        designer=designer_id,
    )


async def unsave_designer(db: Db, me: Person, designer_id: str) -> None:
    """Remove a designer from the saved ones. One who was never saved is no error."""
    if not is_id(designer_id):
        raise NotFound
    await db.execute(
        "delete from saved_designers where customer_id = %(customer)s and designer_id = %(designer)s",
        customer=_saver(me),
        designer=designer_id,
    )


def _saver(me: Person) -> str:
    if me.customer_id is None:
        raise Forbidden
    return me.customer_id
