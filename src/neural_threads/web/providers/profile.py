"""The page on which a provider edits the profile, with a preview."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile

from neural_threads.features.accounts.enums import Language, Location, Niche, Skill, label
from neural_threads.features.accounts.queries import account_of
from neural_threads.features.accounts.shapes import CHANGE_OF, Account, Person, Tailor
from neural_threads.features.media.flows import uploaded_files
from neural_threads.features.portfolio.queries import items_of
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import reading
from neural_threads.platform.errors import TooLarge, WrongType
from neural_threads.platform.images.signed_url import PREFIX
from neural_threads.web.accounts.forms import NO_TROUBLES, SHOWN, change_in, kept, troubles, typed_into
from neural_threads.web.accounts.own_profile import changed_profile, shown_of
from neural_threads.web.accounts.pages import go, lists
from neural_threads.web.http.query import InQuery, SavedNotice
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import status_of
from neural_threads.web.templates.render import page

from .area import PROFILES, ProviderArea, provider_area_of

HttpRequest = Request[Any, Any, Any]
MOST_BYTES = 6_000_000
PHOTO = "profilePhoto"


@get(PROFILES, include_in_schema=False)
async def profile_page(
    request: HttpRequest, visit: RequestContext, me: Person, after: InQuery[SavedNotice]
) -> Response[str]:
    """Show my profile for editing, and as customers see it."""
    side = provider_area_of(request, me)
    return await _profile(visit, me, side, saved=bool(after.saved))


@post(PROFILES, include_in_schema=False, status_code=200, request_max_body_size=MOST_BYTES)
async def post_own_profile(request: HttpRequest, visit: RequestContext, me: Person) -> Response[Any]:
    """Change it."""
    side = provider_area_of(request, me)
    form = await typed_into(request)
    try:
        form += await _image_in(request, me, form)
        change = change_in([(name, value) for name, value in form if name != "removePhoto"], CHANGE_OF[me.role])
        await changed_profile(me, change)
    except (*SHOWN, TooLarge, WrongType) as error:
        return await _profile(visit, me, side, status_of(error), values=kept(form), **troubles(error))
    return go(f"{side.home}/profile?saved=yes")


@post([f"{place}/preview" for place in PROFILES], include_in_schema=False, status_code=200)
async def post_preview(request: HttpRequest, visit: RequestContext, me: Person) -> Response[str]:
    """The card that customers would see, with what is typed so far; nothing is written."""
    side = provider_area_of(request, me)
    form = kept(await typed_into(request))
    async with reading() as db:
        account = await account_of(db, me.id, me.role)
        items = await items_of(db, me, side.portfolio)
    return page(visit, "providers/preview.html", **_card(side, account, items, form))


async def _image_in(request: HttpRequest, me: Person, fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what the form says about the photo beyond its text fields: a file sent without scripts, or that it is to go."""
    form = await request.form()
    files = [file for file in form.getall(PHOTO, []) if isinstance(file, UploadFile)]
    if sent := await uploaded_files(me, files[:1]):
        return [(PHOTO, sent[0].url)]
    names = {name for name, _value in fields}
    return [(PHOTO, "")] if "removePhoto" in names and PHOTO not in names else []


async def _profile(
    visit: RequestContext, me: Person, side: ProviderArea, status: int = 200, **told: Any
) -> Response[Any]:
    async with reading() as db:
        account = await account_of(db, me.id, me.role)
        items = await items_of(db, me, side.portfolio)
    context: dict[str, Any] = {"saved": False, "values": shown_of(account), **NO_TROUBLES} | told
    return page(
        visit,
        "providers/profile.html",
        status,
        side=side,
        here=f"{side.home}/profile",
        account=account,
        lists=lists(),
        most_bytes=get_settings().upload_bytes,
        **_card(side, account, items, context["values"]),
        **context,
    )


def _card(side: ProviderArea, account: Account, items: list[Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the card; what is typed and cannot be so is shown as it is saved."""
    profile: Any = account.profile
    is_tailor = isinstance(profile, Tailor)
    traits = ("skills", Skill, profile.skills) if is_tailor else ("designNiches", Niche, profile.design_niches)
    image = form[PHOTO] if str(form.get(PHOTO) or "").startswith(PREFIX) else profile.profile_photo
    years = str(form["yearsOfExperience"])
    return {
        "card": {
            "name": str(form["name"]).strip() or account.name,
            "photo": None if form.get("removePhoto") else image,
            "place": label(next(iter(_known(Location, [form["location"]])), profile.location)),
            "years": int(years) if years.isdecimal() and len(years) < 3 else profile.years_of_experience,
            "tags": [label(each) for each in _known(traits[1], form[traits[0]]) or traits[2]],
            "spoken": [label(each) for each in _known(Language, form["languages"]) or profile.languages],
            "bio": form["bio"],
            "phone": form["phone"],
        },
        "pictures": [(item.image_url, "") for item in items[:3]],
        "profile": profile,
        "me_id": account.id,
        "public": side.public,
    }


def _known(kind: type[StrEnum], values: Iterable[Any]) -> list[StrEnum]:
    return [kind(value) for value in values if value in set(kind)]


handlers = [profile_page, post_own_profile, post_preview]
