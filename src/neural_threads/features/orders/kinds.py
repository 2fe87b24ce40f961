"""The two kinds of orders, alterations and design requests: tables, columns and addresses of each."""

from dataclasses import dataclass

from neural_threads.features.accounts.enums import Role

from .lifecycle import Side


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of order. All its fields are constants and may be put into SQL."""

    path: str
    """Under which its API and its customer's pages lie."""
    maker_role: Role
    table: str
    maker: str
    """What the maker is called: the column is `{maker}_id`, the table `{maker}s`."""
    event_key: str
    """The column of request_events and request_images that points here."""

    @property
    def provider_id(self) -> str:
        return f"{self.maker}_id"

    def link_for(self, side: Side, id: str) -> str:
        """The page of one such request, below that side's own home."""
        return f"~/{self.path}/{id}" if side is Side.CUSTOMER else f"~/requests/{id}"


ALTERATION = Kind("alterations", Role.TAILOR, "alteration_requests", "tailor", "alteration_request_id")
DESIGN = Kind("design-requests", Role.DESIGNER, "design_requests", "designer", "design_request_id")
KINDS = (ALTERATION, DESIGN)


def kind_for_provider(role: Role) -> Kind:
    """Return what this provider is asked for."""
    return DESIGN if role is Role.DESIGNER else ALTERATION
