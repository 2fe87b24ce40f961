"""Addresses and titles of a provider's own pages."""

from typing import Any, NamedTuple

from litestar import Request

from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.portfolio.kinds import PORTFOLIO_KINDS, PortfolioKind, portfolio_kind_of
from neural_threads.platform.errors import Forbidden
from neural_threads.platform.i18n import gettext as _

PROVIDERS = (Role.DESIGNER, Role.TAILOR)
PROFILES = [f"{role.home}/profile" for role in PROVIDERS]
REVIEWS = [f"{role.home}/reviews" for role in PROVIDERS]
ITEMS = [portfolio.place for portfolio in PORTFOLIO_KINDS]


class ProviderArea(NamedTuple):
    """The pages of one maker."""

    home: str
    portfolio: PortfolioKind
    public: str
    """What customers see."""

    @property
    def is_designer(self) -> bool:
        return self.portfolio.role is Role.DESIGNER

    @property
    def portfolio_name(self) -> str:
        """Return the title of the portfolio."""
        return _("Portfolio") if self.is_designer else _("Sample work")

    def tabs(self, here: str) -> list[tuple[str, str, bool]]:
        """The pages that belong together: (address, text, whether it is this one)."""
        pages = [
            (self.portfolio.place, self.portfolio_name),
            (f"{self.home}/profile", _("Profile")),
            (f"{self.home}/reviews", _("Reviews")),
        ]
        return [(place, text, place == here) for place, text in pages]


def provider_area_of(request: Request[Any, Any, Any], me: Person) -> ProviderArea:
    """My side; Forbidden on the pages of others."""
    if not me.is_provider or not request.url.path.startswith(f"{me.role.home}/"):
        raise Forbidden
    public = f"/customer/{me.role.lower()}s/{me.role_id}"
    return ProviderArea(me.role.home, portfolio_kind_of(me), public)
