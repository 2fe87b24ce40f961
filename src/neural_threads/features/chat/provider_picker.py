"""The providers that a customer can start a chat with."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from neural_threads.features.accounts.enums import Location, Role
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.serialization.types import Incoming, Shape, Text

from .queries import pattern_of

MOST = 40


class WhichProviders(StrEnum):
    """The filters of the page."""

    ALL = "all"
    DESIGNERS = "designers"
    TAILORS = "tailors"


class ProviderSearch(Incoming, frozen=True, kw_only=True):
    """The search for a provider to chat with."""

    search: Annotated[Text, Meta(max_length=100)] | None = None
    show: WhichProviders = WhichProviders.ALL


class ProviderOption(Shape, frozen=True, kw_only=True):
    """A provider with whom a chat can be started."""

    id: str
    user_id: str
    name: str
    role: Role
    location: Location
    avatar_url: str | None
    rating: float
    review_count: int
    knows_me: bool


async def providers_for(db: Db, me: Person, search: ProviderSearch) -> list[ProviderOption]:
    """Designers and tailors by name, those one already talks with first, then the best rated; at most forty."""
    return await db.search(
        ProviderOption,
        """
        select p.id, p.user_id, u.name, u.role, p.location, '/media/' || p.photo_id as avatar_url, p.rating, p.review_count,
               exists (select from chats c where c.customer_id = %(customer)s
                          and p.id in (c.designer_id, c.tailor_id)) as knows_me
          from (select id, user_id, location, photo_id, rating, review_count from designers where %(show)s <> 'tailors'
                union all
                select id, user_id, location, photo_id, rating, review_count from tailors where %(show)s <> 'designers') p
          join users u on u.id = p.user_id
         where u.deleted_at is null and (%(search)s::text is null or sought(u.name) like %(search)s)
         order by knows_me desc, p.rating desc, p.review_count desc, p.id
         limit %(most)s
        """,
        customer=me.customer_id,
        show=str(search.show),
        search=await pattern_of(db, search.search),
        most=MOST,
    )
