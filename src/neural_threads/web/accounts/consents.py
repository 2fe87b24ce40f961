"""Consents to data leaving this server, by purpose: the API, and the forms of pages."""

from typing import Any

from litestar import Request, get, post, put
from litestar.response import Redirect

from neural_threads.features.accounts.consents import (
    Consent,
    ConsentChange,
    ConsentPurpose,
    change_consent,
    consents_of,
)
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.tryon.photo_real.offer import drawn_by
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.web.http import role_guards
from neural_threads.web.http.redirects import own_path
from neural_threads.web.http.responses import Reply, ok

AnyRequest = Request[Any, Any, Any]
PATH = "/api/users/consents"


@get(PATH, summary="See one's consents", guards=[role_guards.customer])
async def get_consents(me: Person) -> Reply[list[Consent]]:
    """For each purpose, whether data may be sent for it: the version of the notice that was agreed to, and since when."""
    async with reading() as db:
        return ok(await consents_of(db, me))


@put(PATH, summary="Agree or withdraw", guards=[role_guards.customer])
async def put_consent(me: Person, data: ConsentChange) -> Reply[list[Consent]]:
    """Agree to a purpose under the notice of today, or withdraw; the same again changes nothing."""
    async with transaction() as db:
        return ok(await change_consent(db, me, data))


@post("/customer/consents", include_in_schema=False, guards=[role_guards.customer], status_code=200)
async def post_consent(request: AnyRequest, me: Person) -> Redirect:
    """Agree or withdraw by a form, and go on where one was."""
    form = await request.form()
    known = [(name, str(value)) for name, value in form.multi_items() if name in ("purpose", "isGiven")]
    async with transaction() as db:
        await change_consent(db, me, decode_form(known, ConsentChange))
    return Redirect(own_path(str(form.get("next", ""))) or "/settings#consents", status_code=303)


async def shown_consent(db: Db, me: Person) -> Consent | None:
    """Return how it stands with Gemini for the stylist; None where there is no Gemini and nobody was asked."""
    if me.customer_id is None:
        return None
    consent = await _consent(db, me, ConsentPurpose.STYLIST)
    return consent if get_settings().gemini_api_key or consent.notice_version else None


async def shown_photo_real(db: Db, me: Person) -> dict[str, Any]:
    """Return who draws photo-real looks and how it stands with that; `consent` is None where none are drawn and nobody was asked."""
    if me.customer_id is None:
        return {"by": None, "consent": None}
    consent = await _consent(db, me, ConsentPurpose.TRY_ON)
    return {"by": drawn_by(), "consent": consent if drawn_by() or consent.notice_version else None}


async def _consent(db: Db, me: Person, purpose: ConsentPurpose) -> Consent:
    return next(each for each in await consents_of(db, me) if each.purpose is purpose)


handlers = [get_consents, put_consent, post_consent]
