"""Read tailors: a page of a list, how many there are, and a profile. The SQL is in statements.py."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
from msgspec import Raw

from neural_threads.features.accounts.enums import Location
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.catalog.attempts import SOON, Attempt, page_by
from neural_threads.features.catalog.counts import FEW, Kind, Tally, count_of, facets_of, remembered
from neural_threads.features.catalog.designers.queries import customer_of
from neural_threads.features.search_words.names import respelled
from neural_threads.platform.db import Db
from neural_threads.platform.db.keyset_paging import open_cursor, seal_cursor
from neural_threads.platform.db.rows import json_decoder
from neural_threads.platform.errors import Invalid, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import is_id

from .shapes import CENTRES, Spot, Standpoint, Tailor, TailorListing, TailorOrder, TailorProfile, TailorSearch
from .statements import (
    COUNT,
    COUNT_WITHIN,
    COUNT_WITHIN_OF_FEW,
    GLANCE,
    NARROW,
    NEAREST,
    NEAREST_NARROWED,
    NEAREST_OF_FEW,
    NEAREST_OF_THESE,
    NEAREST_SOON,
    NEAREST_WITHIN,
    OF_THESE,
    PROFILE,
    SCANNED,
    SCANNED_SOON,
    SORTED,
    WIDE,
)


async def spot_for(db: Db, me: Person | None, target: Standpoint) -> Spot | None:
    """Return the place to measure from, by default the middle of the customer's area. Invalid when needed and unknown."""
    spot = target.spot
    if spot is None and (customer := customer_of(me)):
        quarter = await db.value("select location from customers where id = %(customer)s", customer=customer)
        spot = CENTRES[Location(quarter)] if quarter else None
    if spot is None and target.needs_spot:
        name = "sortBy" if getattr(target, "sort_by", None) is TailorOrder.DISTANCE else "maxDistance"
        raise Invalid(fields={name: _("Give your location first: distances are measured from it.")})
    return spot


async def count_tailors(db: Db, search: TailorSearch, spot: Spot | None) -> Tally:
    """Return how many `search` describes on all pages, seen from `spot`: exactly up to `MOST_COUNTED`, and where it is known."""
    if spot is not None and search.metres is not None:
        return await _count_within(db, search, spot, search.metres)
    if search.facets is not None:
        return Tally(count_of(await count_facets(db), *search.facets))

    async def count() -> Tally:
        is_sparse = search.is_short and await _is_sparse(db, search)
        given = search.filters | {"by_letters": is_sparse or None}
        counted, ids = (await db.search(tuple[int, list[str] | None], COUNT, **given))[0]
        return Tally.of(counted, ids, is_sparse=is_sparse)

    return await remembered(("tailors", search.filters), count, "tailors")


async def _count_within(db: Db, search: TailorSearch, spot: Spot, metres: float) -> Tally:
    is_sparse = search.facets != () and await _is_sparse(db, search)
    given = {**search.filters, **spot._asdict(), "metres": metres}
    counted = (await db.search(int, COUNT_WITHIN_OF_FEW if is_sparse else COUNT_WITHIN, **given))[0]
    return Tally.of(counted, is_sparse=is_sparse)


async def _is_sparse(db: Db, search: TailorSearch) -> bool:
    return (await db.search(int, GLANCE, **search.filters))[0] < FEW


async def count_forgivingly(db: Db, search: TailorSearch, spot: Spot | None) -> tuple[TailorSearch, Tally]:
    """Return what to look for, and how many there are: when nobody is called as it was typed, who is called nearly so."""
    tally = await count_tailors(db, search, spot)
    for other in await respelled(db, search) if tally.total == 0 else []:
        nearly = await count_tailors(db, other, spot)
        if nearly.total:
            return other, nearly
    return search, tally


async def find_tailors(
    db: Db, search: TailorSearch, spot: Spot | None, tally: Tally, *, knows: bool, rows: tuple[int, int] | None = None
) -> Raw:
    """Return one page of the `tally` tailors as a JSON array of `Tailor`. `knows`: with phone and e-mail.

    `rows`: the number of the first one and how many, where it is not the page that `search` names.
    """
    offset, most = rows or (search.offset, search.page_size)
    limit = most if tally.is_least else min(most, tally.total - offset)
    if limit <= 0:
        return Raw(b"[]")
    at = spot._asdict() if spot else {"latitude": None, "longitude": None}
    page = {"limit": limit, "offset": offset, "seen": offset + limit}
    given = {**page, "knows": knows, "metres": search.metres if spot else None, **at, **search.filters}
    return await page_by(db, _attempts(search, tally, offset + limit), given)


class TailorPage(NamedTuple):
    """A part of a list: a JSON array of `Tailor`, the number of its page, and the cursor of what comes after it."""

    tailors: Raw
    number: int
    next_cursor: str | None


async def page_of_tailors(
    db: Db, listing: TailorListing, search: TailorSearch, spot: Spot | None, tally: Tally, *, knows: bool
) -> TailorPage:
    """Return the part of the `tally` tailors that `listing` asks for; `search` is what was meant by it.

    A cursor holds the last tailor that was given and where it stood. When others were rated, came or left meanwhile, the
    list goes on after that tailor, were it `SHIFTED` places away; nobody is given twice. InvalidCursor.
    """
    scope = _scope(listing, spot)
    last, offset = open_cursor(scope, listing.cursor) if listing.cursor else (None, listing.offset)
    before = min(offset, SHIFTED) if last else 0
    most = before + listing.page_size + (SHIFTED if last else 0) + 1
    rows = msgspec.json.decode(
        await find_tailors(db, search, spot, tally, knows=knows, rows=(offset - before, most)), type=list[Raw]
    )
    ids = [_row.decode(row).id for row in rows]
    begin = ids.index(last) + 1 if last in ids else before
    end = begin + listing.page_size
    after = offset - before + end
    return TailorPage(
        Raw(b"[" + b",".join(bytes(row) for row in rows[begin:end]) + b"]"),
        (after - 1) // listing.page_size + 1,
        seal_cursor(scope, ids[end - 1], after) if len(rows) > end else None,
    )


def _scope(listing: TailorListing, spot: Spot | None) -> str:
    return f"tailors {listing.filters} {listing.order} {listing.direction} {listing.metres} {spot}"


def _attempts(search: TailorSearch, tally: Tally, seen: int) -> Iterator[Attempt]:
    """The statement that finds this page soonest; then the one for when that scans too far."""
    is_nearest, is_soon = search.order is TailorOrder.DISTANCE, seen <= SOON
    keeps_plan = is_soon and search.location is None  # Each place has an index of its own.
    key = search.order, search.direction
    by_letters = {"by_letters": tally.is_sparse or None}
    if tally.ids is not None:
        statement = NEAREST_OF_THESE if is_nearest else OF_THESE[key]
        yield Attempt(statement, {"ids": list(tally.ids)}, keeps_plan=True)
    elif is_nearest:
        is_circle = search.metres is not None and not tally.is_sparse
        # The end of a circle is as far as the circle is wide.
        if tally.is_least or not is_circle or seen * 2 < tally.total:
            if search.narrows:
                yield Attempt(NEAREST_NARROWED)
            else:
                yield Attempt(NEAREST_SOON, keeps_plan=True) if keeps_plan else Attempt(NEAREST)
        yield Attempt(NEAREST_WITHIN) if is_circle else Attempt(NEAREST_OF_FEW, by_letters)
    elif search.metres is not None:
        is_many = tally.is_least or tally.is_sparse
        yield Attempt((WIDE if is_many else NARROW)[key])
    else:
        yield Attempt(SCANNED_SOON[key], keeps_plan=True) if is_soon else Attempt(SCANNED[key])
        yield Attempt(SORTED[key], by_letters)


async def count_facets(db: Db) -> dict[str, int]:
    """Return how many listed tailors have each skill and place."""
    return await facets_of(db, Kind.TAILOR)


async def tailor_for(db: Db, me: Person | None, id: str, spot: Spot | None = None) -> Raw:
    """Return the JSON of a `TailorProfile` as `me` may see it. NotFound when nobody of that id is listed."""
    at = spot._asdict() if spot else {"latitude": None, "longitude": None}
    if not is_id(id):
        raise NotFound
    return Raw(await db.found(bytes, PROFILE, id=id, customer=customer_of(me), knows=me is not None, **at))


def read_tailors(raw: Raw) -> list[Tailor]:
    """Return what `find_tailors` found, as shapes."""
    return _cards.decode(raw)


def read_tailor(raw: Raw) -> TailorProfile:
    """Return what `tailor_for` found, as a shape."""
    return _profile.decode(raw)


def words_of_list(cards: Sequence[Tailor], *, names: bool) -> frozenset[str]:
    """Return the words of the catalogue at which a list with these cards is no longer true, as for designers."""
    return frozenset({"tailors", *(["designers"] if names else []), *(card.id for card in cards)})


class _Row(msgspec.Struct):
    id: str


SHIFTED = 20
"""So many places up or down a tailor is found again from whom a list goes on."""
_row = msgspec.json.Decoder(_Row)
_cards = json_decoder(list[Tailor])
_profile = json_decoder(TailorProfile)
