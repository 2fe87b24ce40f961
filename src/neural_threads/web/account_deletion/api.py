"""DELETE /api/users/account."""

from typing import Any

from litestar import Request, delete

from neural_threads.features.account_deletion.actions import delete_account_of
from neural_threads.features.account_deletion.flows import ReauthRequired, check_recent_login
from neural_threads.features.account_deletion.shapes import Farewell
from neural_threads.features.accounts.actions import WrongPassword
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.errors import InvalidTransition, NotAllowedForSide, QuoteFrozen, QuoteNotAccepted
from neural_threads.platform.db import in_transaction
from neural_threads.platform.errors import NotFound, TooOften, Upstream
from neural_threads.web.accounts.authentication import device_of
from neural_threads.web.http.cookies import clear_session_cookies
from neural_threads.web.http.declared import Takes
from neural_threads.web.http.request import body_or_nothing
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import Reply, ok

HttpRequest = Request[Any, Any, Any]


@delete(
    "/api/users/account",
    summary="Delete my account",
    status_code=200,
    body_may_be_missing=True,
    takes=Takes(json=(Farewell,)),
    refusals=(
        InvalidTransition,
        NotAllowedForSide,
        NotFound,
        QuoteFrozen,
        QuoteNotAccepted,
        ReauthRequired,
        TooOften,
        Upstream,
        WrongPassword,
    ),
)
async def delete_account(request: HttpRequest, me: Person, visit: RequestContext) -> Reply[None]:
    """Within ten minutes of signing in, or with `{password}`; else 403 REAUTH_REQUIRED."""
    await delete_own_account(request, me, visit, await body_or_nothing(request, Farewell))
    return ok()


async def delete_own_account(request: HttpRequest, me: Person, visit: RequestContext, farewell: Farewell) -> None:
    """Prove it, erase everything, and take the cookies back."""
    await check_recent_login(me, visit.session_id, farewell.password, device_of(request))
    await in_transaction(lambda db: delete_account_of(db, me))
    clear_session_cookies(request.scope)


handlers = [delete_account]
