"""Translate msgspec's validation errors into sentences for a person."""

import re
from decimal import Decimal

from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import ngettext, number, rupees


def sentence_for(problem: str, *, is_money: bool = False) -> str:
    """msgspec's finding in words for a person."""
    if match := re.search(r"of length (>=|<=) (\d+)", problem):
        return (_count_sentence if "`array`" in problem else _length_sentence)(match[1], int(match[2]))
    if match := re.search(r"(>=|<=|>|<) ([\d.]+)", problem):
        least = match[1].startswith(">")
        return (_("Must be at least %(n)s.") if least else _("Must be at most %(n)s.")) % {
            "n": rupees(Decimal(match[2])) if is_money and float(match[2]) else number(_shortest(match[2]))
        }
    if "matching regex" in problem or "surrogates not allowed" in problem:
        return _("This contains a character that is not allowed. Please remove it.")
    if "Invalid enum value" in problem:
        return _("Choose one of the allowed values.")
    if "required field" in problem:
        return _("Please fill this in.")
    if "Expected `int" in problem:
        return _("Must be a whole number.")
    if "Expected `decimal" in problem or "Expected `float" in problem or "Invalid decimal" in problem:
        return _("Must be a number.")
    if "Expected `str" in problem:
        return _("Must be text.")
    return _("This value is not valid.")


def _length_sentence(side: str, n: int) -> str:
    if side == "<=":
        return ngettext("Use at most %(n)s character.", "Use at most %(n)s characters.", n) % {"n": n}
    if n == 1:
        return _("Please fill this in.")
    return ngettext("Use at least %(n)s character.", "Use at least %(n)s characters.", n) % {"n": n}


def _count_sentence(side: str, n: int) -> str:
    if side == "<=":
        return _("Choose at most %(n)s.") % {"n": number(n)}
    return _("Please fill this in.") if n == 1 else _("Choose at least %(n)s.") % {"n": number(n)}


def _shortest(number: str) -> int | float:
    return int(float(number)) if float(number).is_integer() else float(number)
