"""The shared part of the searches for designers, tailors and designs: their filters in words, and the chips of these."""

from typing import Any

from neural_threads.features.accounts.enums import Language
from neural_threads.features.accounts.shapes import Customer
from neural_threads.features.portfolio.shapes import label
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import ngettext, rupees
from neural_threads.web.templates.search_state import Chip, SearchState


def search_chips(state: SearchState[Any]) -> list[Chip]:
    """The words that are looked for, if there are any."""
    typed = state.wanted.search.strip()
    return [Chip(f"“{typed}”", state.href(search=""))] if typed else []


def language_chips(state: SearchState[Any]) -> list[Chip]:
    """One for each language that is asked for."""
    languages = dict.fromkeys(state.wanted.language)
    return [
        Chip(speaks(language), state.href(language=tuple(x for x in languages if x is not language)))
        for language in languages
    ]


def experience_chips(state: SearchState[Any]) -> list[Chip]:
    """The years of experience that are asked for, if any are."""
    years = years_in_words(state.wanted.min_experience, state.wanted.max_experience)
    return [Chip(years, state.href(min_experience=None, max_experience=None))] if years else []


def speaks(language: Language) -> str:
    """Speaks Kannada."""
    return _("Speaks %(language)s") % {"language": label(language)}


def budget_of(me: Customer | None) -> tuple[float | None, float | None] | None:
    """Return what a customer spends, as a filter; None when they did not say."""
    if me is None or (me.budget_min is None and me.budget_max is None):
        return None
    least, most = (None if amount is None else float(amount) for amount in (me.budget_min, me.budget_max))
    return least, most


def years_in_words(least: int | None, most: int | None) -> str:
    """10+ years, up to 5 years, 3–5 years; nothing when neither is given."""
    if least is not None and most is not None:
        return ngettext("%(span)s year", "%(span)s years", most) % {"span": f"{least}–{most}" if least < most else most}
    if least is not None:
        return ngettext("%(n)s+ year", "%(n)s+ years", least) % {"n": least}
    if most is not None:
        return ngettext("Up to %(n)s year", "Up to %(n)s years", most) % {"n": most}
    return ""


def budget_in_words(least: Any, most: Any) -> str:
    """₹5,000–₹25,000, from ₹5,000, up to ₹25,000; nothing when neither is given."""
    if least is not None and most is not None:
        return rupees(least) if least == most else f"{rupees(least)}–{rupees(most)}"
    if least is not None:
        return _("From %(price)s") % {"price": rupees(least)}
    if most is not None:
        return _("Up to %(price)s") % {"price": rupees(most)}
    return ""
