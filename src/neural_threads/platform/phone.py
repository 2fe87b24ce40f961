"""Telephone numbers: read as people write and paste them, stored as E.164, shown as they are written in India or abroad.

The rules are those of Google's libphonenumber (package `phonenumbers`), which is loaded at the first use.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from neural_threads.platform.serialization.text import drop_invisible

from .i18n import gettext as _

if TYPE_CHECKING:
    import phonenumbers

FEWEST_DIGITS = 7
_LETTER = re.compile(r"[^\W\d_]")
_WITHIN = re.compile(r"\d[^\W\d_xX]\d")
"""A letter in place of a digit, as O for 0; libphonenumber would take it for a digit of a keypad."""
_NOTE = re.compile(r"(?<=\d)[\s(\[,:–—-]+[^\W\d_]\D*$")
"""Words after the number, "(WhatsApp)" or "- Raj", whose letters would be taken for digits, too."""
HOME, HOME_CODE = "IN", 91
"""The region of numbers without a country code, and its code."""


def e164(text: str) -> str:
    """Return a number as `+918025581234` (ITU-T E.164). Raises ValueError when `phone_problem` finds one."""
    import phonenumbers

    if problem := phone_problem(text):
        raise ValueError(problem)
    return phonenumbers.format_number(_parsed(text), phonenumbers.PhoneNumberFormat.E164)


def phone_problem(text: str) -> str | None:
    """Return why this cannot be a telephone number, as a sentence; None when it can."""
    import phonenumbers
    from phonenumbers import ValidationResult

    if _WITHIN.search(text) or (_LETTER.search(text) and sum(letter.isdecimal() for letter in text) < FEWEST_DIGITS):
        return _("This is not a phone number. Write it like +91 98450 12345.")
    if len(_numbers_in(text)) > 1:
        return _("Please give only one phone number.")
    try:
        number = _parsed(text)
        reason = phonenumbers.is_possible_number_with_reason(number)
    except phonenumbers.NumberParseException as error:
        if error.error_type == error.INVALID_COUNTRY_CODE and "+" in text:
            return _("The country code of this phone number is not known. Write the number like +91 98450 12345.")
        if error.error_type == error.TOO_LONG:
            return _("This phone number is too long.")
        if error.error_type in (error.TOO_SHORT_NSN, error.TOO_SHORT_AFTER_IDD):
            return _("This phone number is too short.")
        return _("This is not a phone number. Write it like +91 98450 12345.")
    if reason == ValidationResult.IS_POSSIBLE:
        # Of Indian numbers we know which exist; abroad, the plans change faster than we are updated.
        is_known = number.country_code != HOME_CODE or phonenumbers.is_valid_number(number)
        return None if is_known else _("This number does not exist in India. Check the digits and the area code.")
    return {
        ValidationResult.IS_POSSIBLE_LOCAL_ONLY: _("Please add the area code to this phone number."),
        ValidationResult.INVALID_COUNTRY_CODE: _(
            "The country code of this phone number is not known. Write the number like +91 98450 12345."
        ),
        ValidationResult.TOO_SHORT: _("This phone number is too short."),
        ValidationResult.TOO_LONG: _("This phone number is too long."),
    }.get(reason, _("This phone number does not have the right length. Check the digits."))


@lru_cache(10_000)
def shown_phone(stored: str) -> str:
    """Return a stored number as people write it, `+91 98450 12345`; what cannot be read is returned as it is."""
    import phonenumbers

    try:
        number = phonenumbers.parse(stored, HOME)
    except phonenumbers.NumberParseException:
        return stored
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@lru_cache(10_000)
def tel_uri(stored: str) -> str:
    """Return the address that a telephone calls: `tel:+919845012345` (RFC 3966)."""
    import phonenumbers

    try:
        number = phonenumbers.parse(stored, HOME)
    except phonenumbers.NumberParseException:
        return f"tel:{''.join(stored.split())}"
    return f"tel:{phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}"


def _parsed(text: str) -> "phonenumbers.PhoneNumber":
    import phonenumbers

    number = phonenumbers.parse(_tidy(text), HOME)
    if phonenumbers.is_valid_number(number):
        return number
    others = _numbers_in(text)
    return others[0] if len(others) == 1 else number


def _numbers_in(text: str) -> "list[phonenumbers.PhoneNumber]":
    """Return the numbers that exist and stand in this text by themselves."""
    import phonenumbers

    return [
        match.number for match in phonenumbers.PhoneNumberMatcher(_tidy(" ; ".join(text.strip().splitlines())), HOME)
    ]


def _tidy(text: str) -> str:
    return _NOTE.sub("", " ".join(drop_invisible(text).split()))
