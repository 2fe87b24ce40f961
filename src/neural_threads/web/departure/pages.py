"""Before leaving: what will be erased and what stays. And after: goodbye."""

from typing import Any

from litestar import Request, Response, get, post

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.departure.queries import belongings_of
from neural_threads.features.departure.shapes import Farewell
from neural_threads.platform.db import reading
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.wire import decode_form
from neural_threads.web.accounts.forms import NO_TROUBLES, SHOWN, troubles, typed_into
from neural_threads.web.accounts.pages import go
from neural_threads.web.guards import Visit
from neural_threads.web.render import page
from neural_threads.web.replies import status_of

from .api import leave

Question = Request[Any, Any, Any]


@get("/settings/leave", include_in_schema=False)
async def leave_page(visit: Visit, me: Person) -> Response[Any]:
    """What will be erased, what stays, and the password once more."""
    return await _leave(visit, me)


async def _leave(visit: Visit, me: Person, status: int = 200, **told: Any) -> Response[Any]:
    async with reading() as db:
        belongings = await belongings_of(db, me)
    return page(visit, "departure/leave.html", status, belongings=belongings, **{**NO_TROUBLES, **told})


@post("/settings/leave", include_in_schema=False)
async def post_leave(request: Question, visit: Visit, me: Person) -> Response[Any]:
    """Delete my account. The page always asks for the password, however lately I signed in."""
    try:
        farewell = decode_form(await typed_into(request), Farewell)
        if farewell.password is None:
            raise Invalid(fields={"password": _("Please type your password, so that we know it is you.")})
        await leave(request, me, visit, farewell)
    except SHOWN as error:
        return await _leave(visit, me, status_of(error), **troubles(error))
    return go("/goodbye")


@get("/goodbye", include_in_schema=False)
async def goodbye_page(visit: Visit) -> Response[Any]:
    """The account is gone."""
    return page(visit, "departure/goodbye.html")


handlers = [leave_page, post_leave, goodbye_page]
