"""The two kinds of portfolios: a designer's portfolio_items and a tailor's sample_works."""

from dataclasses import dataclass

import msgspec

from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.portfolio.item_json import ITEM_JSON, WIRE_TIME
from neural_threads.features.portfolio.shapes import PortfolioItem, SampleWork
from neural_threads.platform.db.composition import Sql

from .shapes import NewPortfolioItem, NewSample, PortfolioItemChange, SampleChange

SAMPLE = Sql(f"""
json_build_object(
  'id', i.id, 'tailorId', i.tailor_id, 'imageUrl', '/media/' || i.image_id, 'description', i.description,
  'createdAt', to_char(i.created_at at time zone 'UTC', {WIRE_TIME}))
""")


class PlacedItem(msgspec.Struct, frozen=True):
    """A portfolio item, and its position in the portfolio."""

    position: int
    piece: PortfolioItem


class PlacedSample(msgspec.Struct, frozen=True):
    """A sample work, and its position in the portfolio."""

    position: int
    piece: SampleWork


Placed = PlacedItem | PlacedSample
ShownItem = PortfolioItem | SampleWork


@dataclass(frozen=True, slots=True)
class PortfolioKind:
    """One kind of portfolio. Its texts are constants and may be put into SQL."""

    path: str
    """Under which its API and its pages lie."""
    role: Role
    table: str
    maker: str
    """What the provider is called: the column is `{maker}_id`, the table `{maker}s`."""
    json: Sql
    """A row `i` of the table as the wire has it."""
    placed: type[PlacedItem | PlacedSample]
    new: type[NewPortfolioItem | NewSample]
    change: type[PortfolioItemChange | SampleChange]

    @property
    def provider_id(self) -> str:
        return f"{self.maker}_id"

    @property
    def place(self) -> str:
        """The address of its page."""
        return f"{self.role.home}/{self.path}"


PORTFOLIO = PortfolioKind(
    "portfolio",
    Role.DESIGNER,
    "portfolio_items",
    "designer",
    ITEM_JSON,
    PlacedItem,
    NewPortfolioItem,
    PortfolioItemChange,
)
SAMPLES = PortfolioKind(
    "sample-work", Role.TAILOR, "sample_works", "tailor", SAMPLE, PlacedSample, NewSample, SampleChange
)
PORTFOLIO_KINDS = (PORTFOLIO, SAMPLES)


def portfolio_kind_of(me: Person) -> PortfolioKind:
    """Return the kind of portfolio that this provider has."""
    return PORTFOLIO if me.role is Role.DESIGNER else SAMPLES
