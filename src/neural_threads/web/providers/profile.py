"""The page on which makers say who they are, with what customers will see of it beside the form."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile

from neural_threads.features.accounts.enums import Language, Location, Niche, Skill, label
from neural_threads.features.accounts.queries import account_of
from neural_threads.features.accounts.shapes import CHANGE_OF, Account, Person, Tailor
from neural_threads.features.portfolio.queries import pieces_of
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import reading
from neural_threads.platform.errors import TooLarge, WrongType
from neural_threads.platform.images.signed_url import PREFIX
from neural_threads.web.accounts.forms import NO_TROUBLES, SHOWN, change_in, kept, troubles, typed_into
from neural_threads.web.accounts.own_profile import changed_profile, shown_of
from neural_threads.web.accounts.pages import go, lists
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import status_of
from neural_threads.web.media.upload import uploaded_files
from neural_threads.web.templates.render import page

from .area import PROFILES, ProviderArea, provider_area_of

Question = Request[Any, Any, Any]
MOST_BYTES = 6_000_000
PHOTO = "profilePhoto"


@get(PROFILES, include_in_schema=False)
async def profile_page(request: Question, visit: RequestContext, me: Person) -> Response[str]:
    """Who I am, as I say it and as customers see it."""
    side = provider_area_of(request, me)
    return await _profile(visit, me, side, saved=bool(request.query_params.get("saved")))


@post(PROFILES, include_in_schema=False, status_code=200, request_max_body_size=MOST_BYTES)
async def post_own_profile(request: Question, visit: RequestContext, me: Person) -> Response[Any]:
    """Change it."""
    side = provider_area_of(request, me)
    typed = await typed_into(request)
    try:
        typed += await _photo_in(request, me, typed)
        change = change_in([(name, value) for name, value in typed if name != "removePhoto"], CHANGE_OF[me.role])
        await changed_profile(me, change)
    except (*SHOWN, TooLarge, WrongType) as error:
        return await _profile(visit, me, side, status_of(error), values=kept(typed), **troubles(error))
    return go(f"{side.home}/profile?saved=yes")


@post([f"{place}/preview" for place in PROFILES], include_in_schema=False, status_code=200)
async def post_preview(request: Question, visit: RequestContext, me: Person) -> Response[str]:
    """The card that customers would see, with what is typed so far; nothing is written."""
    side = provider_area_of(request, me)
    typed = kept(await typed_into(request))
    async with reading() as db:
        account = await account_of(db, me.id, me.role)
        pieces = await pieces_of(db, me, side.wall)
    return page(visit, "providers/preview.html", **_card(side, account, pieces, typed))


async def _photo_in(request: Question, me: Person, typed: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the form says about the photo beyond its text fields: a file sent without scripts, or that it is to go."""
    form = await request.form()
    files = [file for file in form.getall(PHOTO, []) if isinstance(file, UploadFile)]
    if sent := await uploaded_files(me, files[:1]):
        return [(PHOTO, sent[0].url)]
    names = {name for name, _value in typed}
    return [(PHOTO, "")] if "removePhoto" in names and PHOTO not in names else []


async def _profile(
    visit: RequestContext, me: Person, side: ProviderArea, status: int = 200, **told: Any
) -> Response[Any]:
    async with reading() as db:
        account = await account_of(db, me.id, me.role)
        pieces = await pieces_of(db, me, side.wall)
    facts: dict[str, Any] = {"saved": False, "values": shown_of(account), **NO_TROUBLES} | told
    return page(
        visit,
        "providers/profile.html",
        status,
        side=side,
        here=f"{side.home}/profile",
        account=account,
        lists=lists(),
        most_bytes=get_settings().upload_bytes,
        **_card(side, account, pieces, facts["values"]),
        **facts,
    )


def _card(side: ProviderArea, account: Account, pieces: list[Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the card; what is typed and cannot be so is shown as it is saved."""
    profile: Any = account.profile
    is_tailor = isinstance(profile, Tailor)
    traits = ("skills", Skill, profile.skills) if is_tailor else ("designNiches", Niche, profile.design_niches)
    photo = typed[PHOTO] if str(typed.get(PHOTO) or "").startswith(PREFIX) else profile.profile_photo
    years = str(typed["yearsOfExperience"])
    return {
        "card": {
            "name": str(typed["name"]).strip() or account.name,
            "photo": None if typed.get("removePhoto") else photo,
            "place": label(next(iter(_known(Location, [typed["location"]])), profile.location)),
            "years": int(years) if years.isdecimal() and len(years) < 3 else profile.years_of_experience,
            "tags": [label(each) for each in _known(traits[1], typed[traits[0]]) or traits[2]],
            "spoken": [label(each) for each in _known(Language, typed["languages"]) or profile.languages],
            "bio": typed["bio"],
            "phone": typed["phone"],
        },
        "pictures": [(piece.image_url, "") for piece in pieces[:3]],
        "profile": profile,
        "me_id": account.id,
        "public": side.public,
    }


def _known(kind: type[StrEnum], values: Iterable[Any]) -> list[StrEnum]:
    return [kind(value) for value in values if value in set(kind)]


handlers = [profile_page, post_own_profile, post_preview]
