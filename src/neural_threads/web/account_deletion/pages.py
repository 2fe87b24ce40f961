"""Pages of account deletion: the summary before it, and the page after it."""

from typing import Any

from litestar import Request, Response, get, post

from neural_threads.features.account_deletion.queries import belongings_of
from neural_threads.features.account_deletion.shapes import Farewell
from neural_threads.features.accounts.deleted_user import DELETED
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import reading
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.web.accounts.forms import NO_TROUBLES, SHOWN, troubles, typed_into
from neural_threads.web.accounts.pages import go
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import status_of
from neural_threads.web.templates.render import page

from .api import delete_own_account

HttpRequest = Request[Any, Any, Any]


@get("/settings/leave", include_in_schema=False)
async def leave_page(visit: RequestContext, me: Person) -> Response[Any]:
    """Show what will be erased and what stays, and ask for the password."""
    return await _leave(visit, me)


async def _leave(visit: RequestContext, me: Person, status: int = 200, **told: Any) -> Response[Any]:
    async with reading() as db:
        belongings = await belongings_of(db, me)
    # Not a filter on a constant in the template: Jinja evaluates that once, in the language of the first reader.
    known = {**NO_TROUBLES, "belongings": belongings, "deleted_user": str(DELETED)}
    return page(visit, "account_deletion/leave.html", status, **{**known, **told})


@post("/settings/leave", include_in_schema=False)
async def post_leave(request: HttpRequest, visit: RequestContext, me: Person) -> Response[Any]:
    """Delete my account. The page always asks for the password, however lately I signed in."""
    try:
        farewell = decode_form(await typed_into(request), Farewell)
        if farewell.password is None:
            raise Invalid(fields={"password": _("Please type your password to confirm that it is you.")})
        await delete_own_account(request, me, visit, farewell)
    except SHOWN as error:
        return await _leave(visit, me, status_of(error), **troubles(error))
    return go("/goodbye")


@get("/goodbye", include_in_schema=False)
async def goodbye_page(visit: RequestContext) -> Response[Any]:
    """The account is gone."""
    return page(visit, "account_deletion/goodbye.html")


handlers = [leave_page, post_leave, goodbye_page]
