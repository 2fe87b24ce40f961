"""Which pictures a request may carry: one's own, and what makers show to everybody."""

from collections.abc import Sequence

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _

PREFIX = "/media/"


def address_of(public_id: str) -> str:
    """Where a picture is seen."""
    return f"{PREFIX}{public_id}"


def public_id_in(url: str) -> str:
    """The name of the picture at an address of ours, or the name itself. Nothing elsewhere is ever fetched."""
    return url.partition("?")[0].removeprefix(PREFIX)


async def usable_pictures(db: Db, me: Person, urls: Sequence[str], *, field: str) -> list[str]:
    """The names of these pictures, if I may use every one of them; else Invalid, at `field`."""
    if not urls:
        return []
    wanted = [public_id_in(url) for url in urls]
    found = await db.all(
        str,
        """
        select m.public_id
          from media m
         where m.public_id = any(%(wanted)s::text[])
           and (m.owner_id = %(me)s
                or m.visibility = 'public'
                   and (exists (select from portfolio_items p where p.image_id = m.public_id)
                        or exists (select from sample_works w where w.image_id = m.public_id)))
        """,
        wanted=wanted,
        me=me.id,
    )
    if set(wanted) - set(found):
        raise Invalid(fields={field: _("Choose a picture of your own, or one that a maker shows here.")})
    return wanted
