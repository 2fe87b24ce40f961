"""Keep a refused form, and forget it."""

import msgspec

from neural_threads.platform.db import Db
from neural_threads.platform.security.tokens import fingerprint

from .shapes import KeptForm

MOST_PER_PERSON = 5


async def keep_form(db: Db, session_id: str, form: KeptForm, token: str) -> None:
    """Keep a form for whoever the session belonged to; it is found by `token`, of which only the hash is stored.

    Of more than five forms of one person the oldest goes. Nothing is kept for a session that does not exist.
    """
    await db.execute(
        """
        with writer as (
          select u.id from sessions s join users u on u.id = s.user_id
           where s.id = %(session)s and u.deleted_at is null
        ), excess as (
          delete from kept_forms
           where token in (select k.token from kept_forms k join writer on writer.id = k.user_id
                            order by k.created_at desc offset %(most)s)
        )
        insert into kept_forms (token, user_id, page, action, fields)
        select %(token)s, writer.id, %(page)s, %(action)s, %(fields)s::jsonb from writer
        on conflict (token) do nothing
        """,
        session=session_id,
        most=MOST_PER_PERSON - 1,
        token=fingerprint(token),
        page=form.page,
        action=form.action,
        fields=msgspec.json.encode(form.fields).decode(),
    )


async def forget_form(db: Db, user_id: str, token: str) -> None:
    """Forget a form that was accepted, or is not wanted any more."""
    await db.execute(
        "delete from kept_forms where token = %(token)s and user_id = %(user)s", token=fingerprint(token), user=user_id
    )
