"""Forms of people without JavaScript: what was typed, what was wrong with it, and how it is shown again."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import structs
from msgspec.inspect import ListType, NoneType, UnionType, type_info

from neural_threads.features.accounts.shapes import ProfileChange
from neural_threads.platform.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotSignedIn,
    ThreadsError,
    TooOften,
    Unavailable,
)
from neural_threads.platform.i18n import lazy_gettext as _
from neural_threads.platform.wire import Incoming, decode_form

from .entrance import AnyRequest

T = TypeVar("T", bound=Incoming)

# Troubles that the form itself can show; everything else gets a page of its own.
SHOWN = (Invalid, Conflict, NotSignedIn, Forbidden, TooOften, Unavailable)
NOT_FIELDS = ("csrf_token", "next", "username")  # The last is for password managers.
LISTS = ("stylePreferences", "designNiches", "skills", "languages")
SECRET = ("password", "currentPassword", "newPassword")

Typed = list[tuple[str, str]]


async def typed_into(request: AnyRequest) -> Typed:
    """Every field of the posted form, but the token and the way on; files are no answer here."""
    form = await request.form()
    return [(n, v) for n, v in form.multi_items() if n not in NOT_FIELDS and isinstance(v, str)]


async def way_on(request: AnyRequest) -> str:
    """Where the person wanted to go: the form's `next`, else the address's."""
    wanted = (await request.form()).get("next") if request.method == "POST" else request.query_params.get("next")
    return wanted if isinstance(wanted, str) else ""


class Shown(dict[str, Any]):
    """What a form shows; a field of which nothing is known is empty."""

    def __missing__(self, name: str) -> Any:
        return [] if name in LISTS else ""


def kept(typed: Typed) -> Shown:
    """What to show again: lists as lists, secrets never."""
    shown = Shown()
    for name, value in typed:
        if name in LISTS:
            shown.setdefault(name, []).append(value)
        elif name not in SECRET:
            shown[name] = value
    return shown


def change_in(typed: Typed, shape: type[ProfileChange]) -> ProfileChange:
    """A profile form as a change. A form shows every field, so what is empty here is meant to be empty."""
    names = {name for name, _value in typed}
    pairs = [(name, "true" if value == "on" else value) for name, value in typed]
    fields = {field.encode_name: field for field in structs.fields(shape)}
    pairs += [(name, "false") for name, field in fields.items() if _has(field.type, bool) and name not in names]
    _refuse_empty_lists(fields, {name for name, value in typed if value})
    change = decode_form(pairs, shape)
    emptied = {n: f for n, f in fields.items() if (n, "") in typed and _has(f.type, type(None))}
    cleared: dict[str, Any] = {field.name: None for field in emptied.values()}
    if "stylePreferences" in fields and "stylePreferences" not in names:
        cleared["style_preferences"] = []
    return structs.replace(change, **cleared)


def _refuse_empty_lists(fields: Mapping[str, structs.FieldInfo], given: set[str]) -> None:
    needed = [name for name, field in fields.items() if _needs_one(field.type) and name not in given]
    if needed:
        raise Invalid(fields=dict.fromkeys(needed, str(_("Choose at least one."))))


def _options(kind: Any) -> tuple[msgspec.inspect.Type, ...]:
    info = type_info(kind)
    return info.types if isinstance(info, UnionType) else (info,)


def _has(kind: Any, wanted: type) -> bool:
    mark = NoneType if wanted is type(None) else msgspec.inspect.BoolType
    return any(isinstance(option, mark) for option in _options(kind))


def _needs_one(kind: Any) -> bool:
    return any(isinstance(option, ListType) and (option.min_length or 0) > 0 for option in _options(kind))


def troubles(error: ThreadsError) -> dict[str, Any]:
    """What a template shows of an error: sentences at the fields, and one above them."""
    message = "" if error.fields and isinstance(error, Invalid | Conflict | Forbidden) else error.message
    return {"errors": Shown(error.fields), "trouble": message, "labels": LABELS}


LABELS = {
    "name": _("Your name"),
    "email": _("E-mail"),
    "password": _("Password"),
    "currentPassword": _("Current password"),
    "newPassword": _("New password"),
    "age": _("Age"),
    "budgetMin": _("Smallest budget, ₹"),
    "budgetMax": _("Largest budget, ₹"),
    "designNiches": _("What do you design?"),
    "skills": _("What can you do?"),
    "languages": _("Which languages do you speak with customers?"),
    "location": _("Where is your shop?"),
    "yearsOfExperience": _("Years of experience"),
    "phone": _("Phone"),
    "bio": _("About you and your work"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
}
NO_TROUBLES: dict[str, Any] = {"errors": Shown(), "trouble": "", "labels": LABELS}
