"""The customer's card that a provider sees beside their chat."""

from decimal import Decimal

from neural_threads.features.accounts.enums import BodyShape, Role
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Forbidden
from neural_threads.platform.serialization.types import Shape

from .shapes import Thread


class SeenCustomer(Shape, frozen=True, kw_only=True):
    """A customer as they let themselves be seen: what is switched off, or was never told, is null."""

    id: str
    name: str
    style_preferences: list[str] | None
    body_shape: BodyShape | None
    budget_min: Decimal | None
    budget_max: Decimal | None

    @property
    def shows_something(self) -> bool:
        """True if there is anything to be seen."""
        return bool(self.style_preferences or self.body_shape or self.budget_min or self.budget_max)


async def customer_in(db: Db, me: Person, thread: Thread) -> SeenCustomer:
    """The customer of a chat that I am in (see `thread_for`). Tastes are for designers; Forbidden to customers."""
    if not me.is_provider:
        raise Forbidden
    return await db.one(
        SeenCustomer,
        """
        select u.id, u.name,
               case when shown.style then k.style_preferences end as style_preferences,
               case when shown.shape then k.body_shape end as body_shape,
               case when shown.budget then k.budget_min end as budget_min,
               case when shown.budget then k.budget_max end as budget_max
          from customers k
          join users u on u.id = k.user_id,
               lateral (select k.shares_style and %(is_designer)s as style,
                               k.shares_body_shape and %(is_designer)s as shape,
                               k.shares_budget and %(is_designer)s as budget) shown
         where u.id = %(customer)s
        """,
        customer=thread.customer_user_id,
        is_designer=me.role is Role.DESIGNER,
    )
