"""Show a form again with its values after it was refused because the session had ended or the form was too old.

The guards note the form's fields (`http/refused_forms.py`). This middleware shows them, at once beside the refusal (403) or
after signing in, and tells scripts by a cookie which form was accepted, so that they can drop their draft of it. See
docs/decisions/0023-forms-lose-nothing.md.
"""

from typing import Any
from urllib.parse import quote

from litestar.types import ASGIApp, Receive, Send

from neural_threads.features.kept_forms.actions import forget_form
from neural_threads.features.kept_forms.queries import kept_form_of
from neural_threads.features.kept_forms.shapes import KeptForm
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import use_locale
from neural_threads.platform.security.client_ip import header
from neural_threads.web.http.cookies import COOKIES, cookie_of, set_cookie
from neural_threads.web.http.form_refill import refill
from neural_threads.web.http.refused_forms import KEPT, is_form
from neural_threads.web.templates.environment import environment

ACCEPTED_SECONDS = 60
NO_PAGES = ("/api/", "/assets/", "/media/", "/schema/", "/socket.io/")


def forms_shown_again(app: ASGIApp) -> ASGIApp:
    """Wrap the application: pages whose form was refused before show it with its words."""

    async def showing(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(NO_PAGES):
            await app(scope, receive, send)
        elif scope["method"] == "POST":
            await _post(app, scope, receive, send)
        elif scope["method"] == "GET" and cookie_of(scope, KEPT):
            await _get(app, scope, receive, send)
        else:
            await app(scope, receive, send)

    return showing


class _Held:
    """An answer that is held back until it is known whether another takes its place."""

    def __init__(self) -> None:
        self.start: Any = None
        self.body = b""

    async def take(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    @property
    def is_page(self) -> bool:
        kind = next((value for name, value in self.start["headers"] if name.lower() == b"content-type"), b"")
        return bool(self.start["status"] == 200 and kind.startswith(b"text/html"))

    def replace(self, html: str, status: int) -> None:
        self.body = html.encode()
        headers = [
            pair for pair in self.start["headers"] if pair[0].lower() not in (b"content-length", b"cache-control")
        ]
        headers += [(b"content-length", str(len(self.body)).encode()), (b"cache-control", b"no-store")]
        self.start = {**self.start, "status": status, "headers": headers}

    async def send(self, send: Send) -> None:
        await send(self.start)
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


async def _get(app: ASGIApp, scope: Any, receive: Receive, send: Send) -> None:
    """A page on which a refused form may stand, for whoever wrote it."""
    query = scope["query_string"].decode("latin-1")
    here = scope["path"] + (f"?{query}" if query else "")
    held = _Held()
    await app(scope, receive, held.take)
    visit = scope.get("state", {}).get("visit")
    if held.is_page and visit and visit.me:
        async with reading() as db:
            form = await kept_form_of(db, visit.me.id, cookie_of(scope, KEPT) or "")
        if form and form.page == here:
            use_locale(visit.locale)
            words = _("You were signed out. What you wrote is still here, but it has not been sent yet.")
            html = refill(held.body.decode(), scope["path"], form.action, form.fields, _notice(words, "warning"))
            if html:
                held.replace(html, 200)
    await held.send(send)


async def _post(app: ASGIApp, scope: Any, receive: Receive, send: Send) -> None:
    before = dict(scope)
    held: _Held | None = None

    async def answering(message: Any) -> None:
        nonlocal held
        if message["type"] == "http.response.start":
            if message["status"] == 403 and "old_form" in scope.get("state", {}):
                held = _Held()
            elif _is_accepted(scope, message):
                await _accepted(scope)
        await (held.take if held else send)(message)

    await app(scope, receive, answering)
    if held:
        await (await _again(app, before, scope["state"]["old_form"], scope["state"].get("refusal", "")) or held).send(
            send
        )


async def _again(app: ASGIApp, before: Any, form: KeptForm, refusal: str) -> _Held | None:
    """The page of an old form with its words, as the refusal; None when there is no such page any more."""
    path, _mark, query = form.page.partition("?")
    headers = [
        pair for pair in before["headers"] if not pair[0].lower().startswith((b"content-", b"origin", b"transfer-"))
    ]
    target = {
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
    }
    held = _Held()
    scope: Any = {**before, **target, "state": {}}
    await app(scope, _nothing, held.take)
    if not held.is_page:
        return None
    html = refill(held.body.decode(), path, form.action, form.fields, _notice(refusal, "bad"))
    if html is None:
        return None
    held.replace(html, 403)
    return held


async def _nothing() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


def _notice(words: str, kind: str) -> str:
    return str(environment().get_template("shell/components.html").module.notice(words, kind))  # type: ignore[attr-defined]


# What was accepted


def _is_accepted(scope: Any, start: Any) -> bool:
    if not 200 <= start["status"] < 400 or not is_form({"content-type": header(scope, b"content-type") or ""}):
        return False
    location = next((value for name, value in start["headers"] if name.lower() == b"location"), b"")
    return not location.startswith(b"/login?next=")


async def _accepted(scope: Any) -> None:
    """Tell the scripts of the next page that this form was taken, and forget what was kept of it."""
    path = scope["path"]
    if header(scope, b"hx-request") is None:
        secure = "; Secure" if get_settings().production else ""
        scope[COOKIES].append(
            f"accepted={quote(path, safe='/')}; Path=/; Max-Age={ACCEPTED_SECONDS}; SameSite=Lax{secure}"
        )
    token, visit = cookie_of(scope, KEPT), scope["state"].get("visit")
    if not token or not visit or not visit.me:
        return
    async with transaction() as db:
        form = await kept_form_of(db, visit.me.id, token)
        if form and form.action == path:
            await forget_form(db, visit.me.id, token)
            set_cookie(scope, KEPT, "", 0)
