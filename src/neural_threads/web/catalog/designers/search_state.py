"""The state of the search for designers: its address, its filter chips, its orders."""

from neural_threads.features.accounts.enums import Language, Niche
from neural_threads.features.accounts.shapes import Customer
from neural_threads.features.catalog.designers.shapes import DesignerSearch, SortBy
from neural_threads.features.portfolio.shapes import label
from neural_threads.platform.i18n import gettext as _
from neural_threads.web.catalog.filters import (
    budget_in_words,
    budget_of,
    experience_chips,
    language_chips,
    search_chips,
    speaks,
    years_in_words,
)
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
            result.append((speaks(Language.KANNADA), self.href(language=(Language.KANNADA,))))
        if w.min_budget is None and w.max_budget is None:
            result.append((budget_in_words(None, 25_000), self.href(max_budget=25_000.0)))
        if w.min_experience is None and w.max_experience is None:
            result.append((years_in_words(10, None), self.href(min_experience=10)))
        return result

    @property
    def chips(self) -> list[Chip]:
        """One for each active filter."""
        w = self.wanted
        result = search_chips(self)
        result += [
            Chip(label(n), self.href(niche=tuple(x for x in w.niche if x is not n))) for n in dict.fromkeys(w.niche)
        ]
        if w.location:
            result.append(Chip(label(w.location), self.href(location=None)))
        result += language_chips(self)
        result += experience_chips(self)
        if money := budget_in_words(w.min_budget, w.max_budget):
            result.append(Chip(money, self.href(min_budget=None, max_budget=None)))
        if w.saved:
            result.append(Chip(_("Saved"), self.href(saved=False)))
        return result


def orders() -> list[tuple[SortBy, str]]:
    """The orders that the page offers."""
    return [
        (SortBy.RATING, _("Top rated")),
        (SortBy.REVIEWS, _("Most reviewed")),
        (SortBy.EXPERIENCE, _("Most experienced")),
    ]
