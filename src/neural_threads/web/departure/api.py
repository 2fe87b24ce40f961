"""DELETE /api/users/account and GET /api/users/export."""

from typing import Any

from litestar import Request, delete, get
from litestar.response import Stream

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.departure.actions import leave_for_good, prove_oneself
from neural_threads.features.departure.export import export_name, export_of
from neural_threads.features.departure.shapes import Farewell
from neural_threads.platform.db import in_transaction
from neural_threads.platform.errors import WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import today
from neural_threads.platform.limits import hit
from neural_threads.platform.wire import decode_json
from neural_threads.web.accounts.entrance import device_of
from neural_threads.web.cookies import take_back
from neural_threads.web.guards import Visit
from neural_threads.web.media.kept import shelf
from neural_threads.web.replies import Reply, ok

Question = Request[Any, Any, Any]


@delete("/api/users/account", summary="Delete my account", status_code=200, body_may_be_missing=True)
async def delete_account(request: Question, me: Person, visit: Visit) -> Reply[None]:
    """Within ten minutes of signing in, or with `{password}`; else 403 REAUTH_REQUIRED."""
    await leave(request, me, visit, await _farewell(request))
    return ok()


async def _farewell(request: Question) -> Farewell:
    body = await request.body()
    if not body.strip():
        return Farewell()
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise WrongType(_("Please send this as application/json."))
    return decode_json(body, Farewell)


async def leave(request: Question, me: Person, visit: Visit, farewell: Farewell) -> None:
    """Prove it, erase everything, and take the cookies back."""
    await prove_oneself(me, visit.session_id, farewell.password, device_of(request))
    pictures = await in_transaction(lambda db: leave_for_good(db, me))
    for public_id in pictures:
        shelf.forget(public_id)
    take_back(request.scope)


@get("/api/users/export", summary="Take everything with me", media_type="application/zip")
async def get_export(me: Person) -> Stream:
    """Everything that is mine as one ZIP, made while it is sent."""
    await hit("exports", me.id)
    name = export_name(today().isoformat())
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Stream(export_of(me), media_type="application/zip", headers=headers)


handlers = [delete_account, get_export]
