"""The state of the search for designers: its address, its filter chips, its orders."""

from typing import Any

from neural_threads.features.accounts.enums import Language, Niche
from neural_threads.features.accounts.shapes import Customer
from neural_threads.features.catalog.designers.shapes import DesignerSearch, SortBy
from neural_threads.features.portfolio.shapes import label
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import ngettext, rupees
from neural_threads.web.templates.search_state import Chip, NumberedSearchState

PATH = "/customer/designers"


class DesignerSearchState(NumberedSearchState[DesignerSearch]):
    """A search for designers."""

    shape = DesignerSearch
    place = PATH

    def mine(self, me: Customer | None) -> str | None:
        """The address of this search with my budget and my language as filters; None when it has them, or I told no budget."""
        budget = budget_of(me)
        if me is None or budget is None:
            return None
        address = self.href(language=(me.language_preference,), min_budget=budget[0], max_budget=budget[1])
        return None if address == self.href() else address

    @property
    def suggestions(self) -> list[tuple[str, str]]:
        """A few searches that many begin with, unless something of the kind is already asked for: (text, address)."""
        w, result = self.wanted, []
        if not w.niche:
            result += [(label(niche), self.href(niche=(niche,))) for niche in (Niche.BRIDAL, Niche.ETHNIC)]
        if not w.language:
            speaks = _("Speaks %(language)s") % {"language": label(Language.KANNADA)}
            result.append((speaks, self.href(language=(Language.KANNADA,))))
        if w.min_budget is None and w.max_budget is None:
            result.append((budget_in_words(None, 25_000), self.href(max_budget=25_000.0)))
        if w.min_experience is None and w.max_experience is None:
            result.append((years_in_words(10, None), self.href(min_experience=10)))
        return result

    @property
    def chips(self) -> list[Chip]:
        """One for each active filter."""
        w = self.wanted
        result = [Chip(f"“{w.search.strip()}”", self.href(search=""))] if w.search.strip() else []
        result += [
            Chip(label(n), self.href(niche=tuple(x for x in w.niche if x is not n))) for n in dict.fromkeys(w.niche)
        ]
        if w.location:
            result.append(Chip(label(w.location), self.href(location=None)))
        result += [
            Chip(
                _("Speaks %(language)s") % {"language": label(spoken)},
                self.href(language=tuple(x for x in w.language if x is not spoken)),
            )
            for spoken in dict.fromkeys(w.language)
        ]
        if years := years_in_words(w.min_experience, w.max_experience):
            result.append(Chip(years, self.href(min_experience=None, max_experience=None)))
        if money := budget_in_words(w.min_budget, w.max_budget):
            result.append(Chip(money, self.href(min_budget=None, max_budget=None)))
        if w.saved:
            result.append(Chip(_("Saved"), self.href(saved=False)))
        return result


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


def orders() -> list[tuple[SortBy, str]]:
    """The orders that the page offers."""
    return [
        (SortBy.RATING, _("Top rated")),
        (SortBy.REVIEWS, _("Most reviewed")),
        (SortBy.EXPERIENCE, _("Most experienced")),
    ]
