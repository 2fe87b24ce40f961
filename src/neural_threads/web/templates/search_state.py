"""The state of a search page: its parameters, its address, and the parameters that could not be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar
from urllib.parse import urlencode

import msgspec

from neural_threads.platform.errors import Invalid
from neural_threads.platform.serialization.decode import decode_query
from neural_threads.platform.serialization.encode import encode_query

Search = TypeVar("Search", bound=msgspec.Struct)


class Chip(NamedTuple):
    """An active filter, and the address without it."""

    text: str
    off: str


@dataclass(frozen=True)
class SearchState(Generic[Search]):
    """The filters of a search page, and the parameters that could not be read. A subclass is one search page."""

    shape: ClassVar[Any]
    place: ClassVar[str]
    beginning: ClassVar[Mapping[str, Any]] = MappingProxyType({"cursor": None})
    """What a change of the search begins anew with."""
    wanted: Search
    wrong: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_query(cls, query: Iterable[tuple[str, str]]) -> Self:
        """Read an address bar. What is wrong is left out of the search and told beside its field."""
        pairs, wrong = list(query), dict[str, str]()
        while True:  # rules across fields show only once each field is sound by itself
            try:
                sound = [(name, value) for name, value in pairs if name not in wrong]
                return cls(decode_query(sound, cls.shape), wrong, dict(pairs))
            except Invalid as invalid:
                if wrong.keys() >= invalid.fields.keys() > set():
                    raise
                wrong |= invalid.fields or {name: invalid.message for name, _value in sound}

    def value(self, name: str) -> str:
        """Return what stands in the text field of this name."""
        if name in self.wrong:
            return self.typed.get(name, "")
        return dict(encode_query(self.wanted)).get(name, "")

    def href(self, **change: Any) -> str:
        """The address of this search with something changed; a change begins at the first page."""
        return self._address(msgspec.structs.replace(self.wanted, **{**self.beginning, **change}))

    def _address(self, search: Search) -> str:
        pairs = [*encode_query(search), *self.more]
        return f"{self.place}?{urlencode(pairs)}" if pairs else self.place

    @property
    def more(self) -> list[tuple[str, str]]:
        """The parameters of the address beside the search."""
        return []

    @property
    def here(self) -> str:
        """The address of this search, from its first page."""
        return self.href()


class NumberedSearchState(SearchState[Search]):
    """A search whose pages have numbers."""

    beginning = MappingProxyType({"page": 1})

    def page_href(self, page: int) -> str:
        """The address of another page of the same search."""
        return self.href(page=page)

    @property
    def here(self) -> str:
        """The address of this very page."""
        return self.href(page=getattr(self.wanted, "page", 1))
