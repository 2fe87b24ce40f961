"""The guards' part of refused forms: keep the fields of a form whose session had ended, note one that was too old.

`web/refilled_forms.py` shows them again. See docs/decisions/0023-forms-lose-nothing.md.
"""

from collections.abc import Mapping
from typing import Any

from litestar import Request

from neural_threads.features.kept_forms.actions import keep_form
from neural_threads.features.kept_forms.queries import HOURS
from neural_threads.features.kept_forms.shapes import KeptForm, kept_fields
from neural_threads.platform.db import transaction
from neural_threads.platform.security.tokens import one_time_token

from .cookies import set_cookie
from .form_page import page_of_form

KEPT = "kept"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
AnyRequest = Request[Any, Any, Any]


def is_form(headers: Mapping[str, str]) -> bool:
    """Return True when the body is that of an HTML form."""
    return headers.get("content-type", "").split(";")[0].strip().lower() in FORMS


async def keep_refused_form(request: AnyRequest, session_id: str) -> None:
    """Keep the fields of this form for whoever the session belonged to; a cookie finds them after signing in."""
    form = await _form_of(request)
    if form is None:
        return
    token = one_time_token()
    async with transaction() as db:
        await keep_form(db, session_id, form, token)
    set_cookie(request.scope, KEPT, token, HOURS * 3600)


async def note_old_form(request: AnyRequest) -> None:
    """Have the refusal of this request show its form again, with what was written into it."""
    form = await _form_of(request)
    if form and "hx-request" not in request.headers:
        request.scope["state"]["old_form"] = form


async def _form_of(request: AnyRequest) -> KeptForm | None:
    if not is_form(request.headers) or request.route_handler.opt.get("body_is_streamed"):
        return None
    fields = kept_fields((await request.form()).multi_items())
    if not fields:
        return None
    return KeptForm(page=page_of_form(request), action=request.url.path, fields=fields)
