"""The state of the search for designs: parameters, address, filter chips."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from neural_threads.features.accounts.shapes import Customer
from neural_threads.features.catalog.designs.shapes import DesignSearch
from neural_threads.web.catalog.filters import budget_in_words, budget_of, language_chips, search_chips
from neural_threads.web.templates.search_state import Chip, SearchState

PATH = "/customer/designs"


@dataclass(frozen=True)
class DesignSearchState(SearchState[DesignSearch]):
    """A search for designs, and how it is laid out."""

    shape = DesignSearch
    place = PATH
    is_list: bool = False

    @classmethod
    def from_query(cls, query: Iterable[tuple[str, str]]) -> Self:
        """Read an address bar. What is wrong is left out of the search and told beside its field."""
        pairs = list(query)
        return dataclasses.replace(super().from_query(pairs), is_list=("view", "list") in pairs)

    def value(self, name: str) -> str:
        """Return what stands in the text field of this name, as it was typed."""
        return self.typed.get(name, "")

    @property
    def more(self) -> list[tuple[str, str]]:
        """The layout, where it is not the usual one."""
        return [("view", "list")] if self.is_list else []

    def laid_out(self, *, is_list: bool) -> str:
        """The address of the same search as a list, or as a grid."""
        return dataclasses.replace(self, is_list=is_list).href()

    @property
    def chips(self) -> list[Chip]:
        """One for each active filter that the row of categories does not show."""
        w = self.wanted
        result = search_chips(self) + language_chips(self)
        if money := budget_in_words(w.min_price, w.max_price):
            result.append(Chip(money, self.href(min_price=None, max_price=None)))
        return result

    def mine(self, me: Customer | None) -> str | None:
        """The address of this search with my budget and my language as filters; None when it has them, or I told no budget."""
        budget = budget_of(me)
        if me is None or budget is None:
            return None
        address = self.href(language=(me.language_preference,), min_price=budget[0], max_price=budget[1])
        return None if address == self.here else address
