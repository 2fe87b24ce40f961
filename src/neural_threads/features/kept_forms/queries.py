"""Find a kept form."""

import msgspec

from neural_threads.platform.db import Db
from neural_threads.platform.security.tokens import fingerprint

from .shapes import KeptForm

HOURS = 24


async def kept_form_of(db: Db, user_id: str, token: str) -> KeptForm | None:
    """Return the form that this person wrote and this token finds, if it is not older than a day."""
    row = await db.value(
        """
        select jsonb_build_object('page', page, 'action', action, 'fields', fields)::text
          from kept_forms
         where token = %(token)s and user_id = %(user)s and created_at > now() - make_interval(hours => %(hours)s)
        """,
        token=fingerprint(token),
        user=user_id,
        hours=HOURS,
    )
    return msgspec.json.decode(row, type=KeptForm) if row else None
