"""The state of the search for designs: parameters, address, filter chips."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import msgspec

from neural_threads.features.accounts.shapes import Customer
from neural_threads.features.catalog.designs.shapes import DesignSearch
from neural_threads.features.portfolio.shapes import label
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.decode import decode_query
from neural_threads.platform.serialization.encode import encode_query
from neural_threads.web.catalog.designers.search_state import Chip, budget_in_words, budget_of

PATH = "/customer/designs"


@dataclass(frozen=True)
class DesignSearchState:
    """What is looked for, how it is laid out, and what of it could not be understood."""

    wanted: DesignSearch
    is_list: bool = False
    wrong: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Iterable[tuple[str, str]]) -> "DesignSearchState":
        """Read an address bar. What is wrong is left out of the search and told beside its field."""
        pairs, wrong = list(query), dict[str, str]()
        is_list = ("view", "list") in pairs
        while True:  # rules across fields show only once each field is sound by itself
            try:
                sound = [(name, value) for name, value in pairs if name not in wrong]
                return cls(decode_query(sound, DesignSearch), is_list, wrong, dict(pairs))
            except Invalid as invalid:
                if wrong.keys() >= invalid.fields.keys() > set():
                    raise
                wrong |= invalid.fields or {name: invalid.message for name, _value in sound}

    def value(self, name: str) -> str:
        """Return what stands in the text field of this name."""
        return self.typed.get(name, "")

    def href(self, *, is_list: bool | None = None, **change: Any) -> str:
        """The address of this search with something changed; a change begins at the newest."""
        target = msgspec.structs.replace(self.wanted, **{"cursor": None, **change})
        pairs = encode_query(target)
        if self.is_list if is_list is None else is_list:
            pairs.append(("view", "list"))
        return f"{PATH}?{urlencode(pairs)}" if pairs else PATH

    @property
    def here(self) -> str:
        """The address of this search, from its beginning."""
        return self.href()

    @property
    def chips(self) -> list[Chip]:
        """One for each active filter that the row of categories does not show."""
        w = self.wanted
        result = [Chip(f"“{w.search.strip()}”", self.href(search=""))] if w.search.strip() else []
        result += [
            Chip(
                _("Speaks %(language)s") % {"language": label(spoken)},
                self.href(language=tuple(x for x in w.language if x is not spoken)),
            )
            for spoken in dict.fromkeys(w.language)
        ]
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
