"""Read posted forms, and show them again with their errors."""

from collections.abc import Mapping
from typing import Any, TypeVar

from msgspec import structs
from msgspec.inspect import BoolType, ListType, Metadata, NoneType, StrType, Type, UnionType, type_info

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
from neural_threads.platform.i18n import LazyText
from neural_threads.platform.i18n import lazy_gettext as _
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.types import Incoming

from .authentication import AnyRequest

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
    """Return where the person wanted to go: the `next` of the posted form."""
    next_url = (await request.form()).get("next")
    return next_url if isinstance(next_url, str) else ""


class Shown(dict[str, Any]):
    """The values that a form shows; unknown ones are empty."""

    def __missing__(self, name: str) -> Any:
        return [] if name in LISTS else ""


def kept(form: Typed) -> Shown:
    """Return what to show again: lists as lists, secrets never."""
    shown = Shown()
    for name, value in form:
        if name in LISTS:
            shown.setdefault(name, []).append(value)
        elif name not in SECRET:
            shown[name] = value
    return shown


def change_in(form: Typed, shape: type[ProfileChange]) -> ProfileChange:
    """A profile form as a change. A form shows every field, so what is empty here is meant to be empty."""
    fields = {field.encode_name: field for field in structs.fields(shape)}
    given = {name for name, value in form if value}
    emptied = {name for name, value in form if not value} & set(fields)
    pairs = [(name, "true" if value == "on" else value) for name, value in form]
    pairs += [(name, "false") for name, field in fields.items() if _may_be(field, BoolType) and name not in given]
    missing = {name: _what_is_missing(fields[name]) for name in fields if name not in given}
    wrong = {
        n: str(result) for n, result in missing.items() if result and (n in emptied or _may_be(fields[n], ListType))
    }
    try:
        change = decode_form(pairs, shape)
    except Invalid as error:
        raise Invalid(fields={**error.fields, **wrong}) from None
    if wrong:
        raise Invalid(fields=wrong)
    return structs.replace(
        change, **{fields[name].name: _nothing(fields[name]) for name in _cleared(fields, given, emptied)}
    )


def _options(field: structs.FieldInfo) -> tuple[Type, ...]:
    info = _bare(type_info(field.type))
    return tuple(_bare(each) for each in info.types) if isinstance(info, UnionType) else (info,)


def _bare(info: Type) -> Type:
    """Return the type under what is said about it with `Meta(extra=…)`."""
    return info.type if isinstance(info, Metadata) else info


def _may_be(field: structs.FieldInfo, kind: type[Type]) -> bool:
    return any(isinstance(option, kind) for option in _options(field))


def _what_is_missing(field: structs.FieldInfo) -> LazyText | None:
    """The sentence for a field that must not be empty; None for one that may."""
    if any(isinstance(option, ListType) and option.min_length for option in _options(field)):
        return _("Choose at least one.")
    may_be_empty = any(_may_be(field, kind) for kind in (NoneType, BoolType, ListType)) or _is_free_text(field)
    return None if may_be_empty else _("Please fill this in.")


def _is_free_text(field: structs.FieldInfo) -> bool:
    return any(isinstance(option, StrType) and not option.min_length for option in _options(field))


def _cleared(fields: Mapping[str, structs.FieldInfo], given: set[str], emptied: set[str]) -> set[str]:
    lists = {name for name, field in fields.items() if _may_be(field, ListType)}
    bools = {name for name, field in fields.items() if _may_be(field, BoolType)}
    return (emptied | (lists - given)) - bools


def _nothing(field: structs.FieldInfo) -> Any:
    return None if _may_be(field, NoneType) else [] if _may_be(field, ListType) else ""


def troubles(error: ThreadsError) -> dict[str, Any]:
    """Return what a template shows of an error: sentences at the fields, and one above them."""
    message = "" if error.fields and isinstance(error, Invalid | Conflict | Forbidden) else error.message
    return {"errors": Shown(error.fields), "trouble": message, "labels": LABELS}


LABELS = {
    "name": _("Your name"),
    "email": _("E-mail"),
    "password": _("Password"),
    "currentPassword": _("Current password"),
    "newPassword": _("New password"),
    "age": _("Age"),
    "budgetMin": _("Minimum budget, ₹"),
    "budgetMax": _("Maximum budget, ₹"),
    "designNiches": _("What do you design?"),
    "skills": _("What can you do?"),
    "languages": _("Which languages do you speak with customers?"),
    "location": _("Where is your shop?"),
    "yearsOfExperience": _("Years of experience"),
    "phone": _("Phone"),
    "bio": _("About you and your work"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "profilePhoto": _("Your photo"),
}
NO_TROUBLES: dict[str, Any] = {"errors": Shown(), "trouble": "", "labels": LABELS}
