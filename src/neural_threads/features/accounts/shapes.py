"""Accounts: request bodies and answers for users, sessions and profiles."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

import email_validator
import msgspec
from msgspec import UNSET, Meta, UnsetType

from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.mail import ascii_domain
from neural_threads.platform.phone import phone_problem
from neural_threads.platform.security.passwords import password_problem
from neural_threads.platform.serialization.text import drop_invisible
from neural_threads.platform.serialization.types import NO_NUL, ONE_LINE, RUPEES, VISIBLE, Incoming, Moment, Shape

from .enums import BodyShape, Gender, Language, Location, Niche, Role, Skill

Email = Annotated[str, Meta(pattern=NO_NUL, min_length=1, max_length=254)]
Name = Annotated[str, Meta(pattern=ONE_LINE, min_length=1, max_length=100, extra=VISIBLE)]
Age = Annotated[int, Meta(ge=18, le=120)]
Password = Annotated[str, Meta(pattern=NO_NUL, min_length=8, max_length=128)]
TypedPassword = Annotated[str, Meta(pattern=NO_NUL, min_length=1, max_length=128)]
Style = Annotated[str, Meta(pattern=ONE_LINE, min_length=1, max_length=40, extra=VISIBLE)]
Styles = Annotated[list[Style], Meta(max_length=20)]
Budget = Annotated[float, Meta(ge=0, le=9_999_999_999, extra=RUPEES)]
Bio = Annotated[str, Meta(pattern=NO_NUL, max_length=2000)]
Address = Annotated[str, Meta(pattern=NO_NUL, max_length=300)]
Phone = Annotated[str, Meta(pattern=NO_NUL, max_length=60)]
"""A telephone number as people write or paste it; `phone_problem` says what is wrong with it, `e164` is what is stored."""
_IN_BRACKETS = re.compile(r"<([^<>]+)>\s*[,;.]?$")
_MAILTO = re.compile(r"mailto:([^?]*)(?:\?.*)?", re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(r"""['"‘“(\[](.+)['"’”)\]]""", re.DOTALL)
Years = Annotated[int, Meta(ge=0, le=80)]
Niches = Annotated[list[Niche], Meta(min_length=1, max_length=7)]
Skills = Annotated[list[Skill], Meta(min_length=1, max_length=10)]
Languages = Annotated[list[Language], Meta(min_length=1, max_length=5)]
ProfilePhoto = Annotated[str, Meta(pattern=NO_NUL, min_length=1, max_length=1000)]
"""A picture of one's own, by its address or its public id."""
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
MailedToken = Annotated[str, Meta(pattern=NO_NUL, min_length=1, max_length=200)]

# Domains that never reach the public DNS (.test, .local) are for whoever runs the product to use or not.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


# What goes out


class Person(Shape, frozen=True, kw_only=True, rename="camel"):
    """The person who is signed in, as every page and handler needs them."""

    id: str
    email: str
    name: str
    role: Role
    age: int | None
    is_email_verified: bool
    created_at: Moment
    language: Language
    location: Location | None
    customer_id: str | None
    designer_id: str | None
    tailor_id: str | None

    @property
    def role_id(self) -> str:
        """The id of their customer, designer or tailor row."""
        return self.customer_id or self.designer_id or self.tailor_id or ""

    @property
    def is_provider(self) -> bool:
        """True if they sew or design for others."""
        return self.role in (Role.DESIGNER, Role.TAILOR)


class Customer(Shape, frozen=True, kw_only=True, rename="camel"):
    """The profile of a customer."""

    id: str
    gender: Gender | None
    location: Location | None
    style_preferences: list[str]
    body_shape: BodyShape | None
    language_preference: Language
    budget_min: Decimal | None
    budget_max: Decimal | None
    shares_style: bool
    shares_body_shape: bool
    shares_budget: bool
    created_at: Moment
    updated_at: Moment


class Provider(Shape, frozen=True, kw_only=True, rename="camel"):
    """The common fields of designers and tailors."""

    id: str
    bio: str
    location: Location
    years_of_experience: int
    languages: list[Language]
    language_preference: Language
    phone: str | None
    profile_photo: str | None
    rating: float
    review_count: int
    created_at: Moment
    updated_at: Moment


class Designer(Provider, frozen=True, kw_only=True, rename="camel"):
    """A designer's own profile."""

    design_niches: list[Niche]


class Tailor(Provider, frozen=True, kw_only=True, rename="camel"):
    """A tailor's own profile."""

    skills: list[Skill]
    address: str | None
    latitude: float | None
    longitude: float | None


class Account(Shape, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One's own account; the profile of one's role stands in the field that is named like the role."""

    id: str
    email: str
    name: str
    role: Role
    age: int | None
    is_email_verified: bool
    created_at: Moment
    customer: Customer | None = None
    designer: Designer | None = None
    tailor: Tailor | None = None

    @property
    def profile(self) -> Customer | Designer | Tailor:
        """The profile of their role."""
        result = self.customer or self.designer or self.tailor
        assert result is not None
        return result


class Session(Shape, frozen=True, kw_only=True, rename="camel"):
    """One sign-in on one device."""

    id: str
    user_agent: str
    address: str
    created_at: Moment
    last_used_at: Moment
    is_current: bool


# What comes in


def tidy_email(text: str) -> str:
    """Return the address that was typed or pasted, without what mail programs, keyboards and lists put around it.

    "mailto:", "Cora Rao <…>", quotes, brackets, commas, a final dot, and blanks beside the @ or within the domain.
    """
    address = drop_invisible(text).strip()
    for around in (_IN_BRACKETS.search, _MAILTO.fullmatch, _QUOTED.fullmatch):
        if found := around(address):
            address = found[1].strip()
    address = address.rstrip(",;. ")
    mailbox, at, domain = address.rpartition("@")
    return f"{mailbox.rstrip()}{at}{''.join(domain.split()) if at else domain}"


def email_key(text: str) -> str:
    """Return the normal form of an e-mail address: the same for every way to type the same mailbox.

    Full-width letters and combining marks are composed (NFKC), letters become small, and the domain is written in
    A-labels (IDNA 2008 with the mapping of UTS #46).
    """
    mailbox, at, domain = unicodedata.normalize("NFKC", tidy_email(text)).lower().rpartition("@")
    return f"{mailbox}{at}{ascii_domain(domain)}"


def email_problem(text: str) -> str | None:
    """Return why this cannot be an e-mail address; None when it can."""
    try:
        email_validator.validate_email(unicodedata.normalize("NFKC", tidy_email(text)), check_deliverability=False)
    except email_validator.EmailNotValidError:
        return _("This is not a valid e-mail address. Write it like name@example.com.")
    return None


class Credentials(Incoming, frozen=True, kw_only=True, rename="camel"):
    """The e-mail address and password of a sign-in."""

    email: Email
    password: TypedPassword


class NewPerson(Incoming, frozen=True, kw_only=True, rename="camel"):
    """The common fields of a sign-up."""

    email: Email
    password: Password
    name: Name
    age: Age | None = None

    def problems(self) -> Mapping[str, str]:
        found = {
            "email": email_problem(self.email),
            "password": password_problem(self.password, email=tidy_email(self.email), name=self.name),
        }
        return {field: sentence for field, sentence in found.items() if sentence}


class NewCustomer(NewPerson, frozen=True, kw_only=True, rename="camel"):
    """The sign-up of a customer."""

    gender: Gender | None = None
    location: Location | None = None
    style_preferences: Styles = msgspec.field(default_factory=list)
    body_shape: BodyShape | None = None
    language_preference: Language = Language.ENGLISH
    budget_min: Budget | None = None
    budget_max: Budget | None = None

    def problems(self) -> Mapping[str, str]:
        return {**super().problems(), **_budget_problem(self.budget_min, self.budget_max)}


class NewProvider(NewPerson, frozen=True, kw_only=True, rename="camel"):
    """The common fields of a designer's and a tailor's sign-up."""

    location: Location
    years_of_experience: Years
    languages: Languages
    bio: Bio = ""
    phone: Phone | None = None

    def problems(self) -> Mapping[str, str]:
        return {**super().problems(), **_phone_problem(self.phone)}


class NewDesigner(NewProvider, frozen=True, kw_only=True, rename="camel"):
    """The sign-up of a designer."""

    design_niches: Niches


class NewTailor(NewProvider, frozen=True, kw_only=True, rename="camel"):
    """The sign-up of a tailor."""

    skills: Skills
    address: Address | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None

    def problems(self) -> Mapping[str, str]:
        return {**super().problems(), **_position_problem(self.latitude, self.longitude)}


class CustomerChange(Incoming, frozen=True, kw_only=True, rename="camel"):
    """A change of a customer's profile; fields left out stay, null clears."""

    name: Name | UnsetType = UNSET
    age: Age | UnsetType | None = UNSET
    gender: Gender | UnsetType | None = UNSET
    location: Location | UnsetType | None = UNSET
    style_preferences: Styles | UnsetType = UNSET
    body_shape: BodyShape | UnsetType | None = UNSET
    language_preference: Language | UnsetType = UNSET
    budget_min: Budget | UnsetType | None = UNSET
    budget_max: Budget | UnsetType | None = UNSET
    shares_style: bool | UnsetType = UNSET
    shares_body_shape: bool | UnsetType = UNSET
    shares_budget: bool | UnsetType = UNSET

    def problems(self) -> Mapping[str, str]:
        return _budget_problem(_given(self.budget_min), _given(self.budget_max))


class ProviderChange(Incoming, frozen=True, kw_only=True, rename="camel"):
    """The common fields of a change of a designer's or tailor's profile."""

    name: Name | UnsetType = UNSET
    age: Age | UnsetType | None = UNSET
    bio: Bio | UnsetType = UNSET
    location: Location | UnsetType = UNSET
    years_of_experience: Years | UnsetType = UNSET
    languages: Languages | UnsetType = UNSET
    language_preference: Language | UnsetType = UNSET
    phone: Phone | UnsetType | None = UNSET
    profile_photo: ProfilePhoto | UnsetType | None = UNSET

    def problems(self) -> Mapping[str, str]:
        return _phone_problem(self.phone)


class DesignerChange(ProviderChange, frozen=True, kw_only=True, rename="camel"):
    """A change of a designer's profile."""

    design_niches: Niches | UnsetType = UNSET


class TailorChange(ProviderChange, frozen=True, kw_only=True, rename="camel"):
    """A change of a tailor's profile; latitude and longitude only together."""

    skills: Skills | UnsetType = UNSET
    address: Address | UnsetType | None = UNSET
    latitude: Latitude | UnsetType | None = UNSET
    longitude: Longitude | UnsetType | None = UNSET

    def problems(self) -> Mapping[str, str]:
        if (self.latitude is UNSET) != (self.longitude is UNSET):
            return {**super().problems(), "latitude": _("Give latitude and longitude together.")}
        return {**super().problems(), **_position_problem(_given(self.latitude), _given(self.longitude))}


ProfileChange = CustomerChange | DesignerChange | TailorChange
CHANGE_OF: dict[Role, type[ProfileChange]] = {
    Role.CUSTOMER: CustomerChange,
    Role.DESIGNER: DesignerChange,
    Role.TAILOR: TailorChange,
}


class PasswordChange(Incoming, frozen=True, kw_only=True, rename="camel"):
    """The password until now, and the one from now on."""

    current_password: TypedPassword
    new_password: Password


class MailedLink(Incoming, frozen=True, kw_only=True, rename="camel"):
    """The token of a link that we sent by mail."""

    token: MailedToken


class ForgottenPassword(Incoming, frozen=True, kw_only=True, rename="camel"):
    """A request for a link to choose a new password."""

    email: Email

    def problems(self) -> Mapping[str, str]:
        problem = email_problem(self.email)
        return {"email": problem} if problem else {}


class PasswordReset(Incoming, frozen=True, kw_only=True, rename="camel"):
    """The token of the link, and the password from now on."""

    token: MailedToken
    password: Password


def _given(value: float | UnsetType | None) -> float | None:
    return None if isinstance(value, UnsetType) else value


def _budget_problem(least: float | None, most: float | None) -> Mapping[str, str]:
    if least is not None and most is not None and least > most:
        return {"budgetMax": _("Must not be less than the minimum budget.")}
    return {}


def _phone_problem(phone: str | UnsetType | None) -> Mapping[str, str]:
    problem = phone_problem(phone) if isinstance(phone, str) else None
    return {"phone": problem} if problem else {}


def _position_problem(latitude: float | None, longitude: float | None) -> Mapping[str, str]:
    if (latitude is None) != (longitude is None):
        return {"latitude": _("Give latitude and longitude together.")}
    return {}
