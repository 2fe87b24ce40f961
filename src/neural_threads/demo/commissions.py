"""Orders of the demo's customer Cora: designs and alterations, and how far each has come."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from neural_threads.demo.rows import World, demo_id, user_id
from neural_threads.demo.shops import Shop
from neural_threads.demo.talks import CORA


@dataclass(frozen=True)
class Commission:
    """A request: to whom, what for, its path through the statuses, price in INR, and how many days ago it began.

    Most are about a piece of Cora's wardrobe, by its name; pins say where on its picture and what.
    """

    kind: str
    maker: str
    wish: str
    path: tuple[str, ...]
    price: int | None
    days: int
    piece: str | None = None
    pins: tuple[tuple[float, float, str], ...] = ()

    def steps(self) -> list[tuple[str, str]]:
        """Return what happened, each with the status it left."""
        steps = [("ASKED", "PENDING")]
        if self.price:
            steps.append(("QUOTED", "PENDING"))
        for status in self.path:
            steps.append(("MOVED", status))
            if status == "ACCEPTED" and len(self.path) > 1:
                steps.append(("QUOTE_ACCEPTED", status))
        return steps


UNDER_WAY = ("ACCEPTED", "IN_PROGRESS")
DONE = (*UNDER_WAY, "COMPLETED")
COMMISSIONS = (
    Commission("design", "Dina Rao", "Lehenga in rani ikat, 4 cm zari border, dupatta in marigold, one pocket on the left.", UNDER_WAY, 58500, 2,
               "Garba lehenga", ((0.5, 0.86, "as wide as this one"), (0.4, 0.4, "pocket here"))),
    Commission("design", "Ishaan Shetty", "Grey herringbone blazer, women's cut, half-lined, a vent that lets me run.", DONE, 17800, 25),
    Commission("design", "Lakshmi Narayanan", "Could my grandmother's Kanchipuram become a jacket? The pallu has a tear.", (), None, 1,
               "Haldi saree", ((0.73, 0.66, "the tear"),)),
    Commission("alteration", "Tariq Khan", "Pinstriped trousers: let out the waist by 3 cm, keep the original hem.", DONE, 450, 6,
               "Black pinstripes", ((0.5, 0.19, "3 cm wider"), (0.6, 0.83, "keep this hem"))),
    Commission("alteration", "Tariq Khan", "Herringbone blazer: sleeves up by one centimetre, from the shoulder.", UNDER_WAY, 650, 2,
               "Grey herringbone", ((0.3, 0.28, "take up 1 cm here"), (0.25, 0.66, "the buttons stay"))),
    Commission("alteration", "Selvi Murugan", "Blouse for the peacock saree, elbow sleeves, boat neck.", ("ACCEPTED",), 1400, 1,
               "Amma's peacock saree", ((0.37, 0.29, "down to the elbow"), (0.42, 0.19, "boat neck"))),
)  # fmt: skip


def add_orders(world: World, by_name: dict[str, Shop], now: datetime) -> None:
    """All of them, with every step on record."""
    for number, commission in enumerate(COMMISSIONS):
        sent = now - timedelta(days=commission.days, minutes=37 * number)
        _add(world, number, commission, by_name[commission.maker], sent)


def _add(world: World, number: int, commission: Commission, shop: Shop, sent: datetime) -> None:
    kind, price = commission.kind, commission.price
    promised = (sent + timedelta(days=20 if kind == "design" else 4)).date() if price else None
    events = list(_events(number, commission, shop, sent, promised))
    item = next((row for row in world.tables["wardrobe_items"] if row["name"] == commission.piece), None)
    agreed = [event["created_at"] for event in events if event["what"] == "QUOTE_ACCEPTED"]
    world.add(
        f"{kind}_requests",
        id=demo_id(kind, number),
        customer_id=demo_id("customer", CORA),
        **{"designer_id" if kind == "design" else "tailor_id": shop.id},
        description=commission.wish,
        image_id=item and item["image_id"],
        wardrobe_item_id=item and item["id"],
        pins=json.dumps([{"x": x, "y": y, "note": note} for x, y, note in commission.pins]),
        status=events[-1]["to_status"],
        quoted_price=price,
        promised_date=promised,
        quote_accepted_at=agreed[0] if agreed else None,
        created_at=sent,
        updated_at=events[-1]["created_at"],
    )
    if item:
        world.add(
            "request_images",
            id=demo_id("request-image", number),
            alteration_request_id=demo_id(kind, number) if kind == "alteration" else None,
            design_request_id=demo_id(kind, number) if kind == "design" else None,
            image_id=item["image_id"],
            position=0,
        )
    for event in events:
        world.add("request_events", **event)


def _events(number: int, commission: Commission, shop: Shop, sent: datetime, promised: Any) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    for place, (what, status) in enumerate(commission.steps()):
        events.append({
            "id": demo_id("event", number, place),
            "alteration_request_id": demo_id("alteration", number) if commission.kind == "alteration" else None,
            "design_request_id": demo_id("design", number) if commission.kind == "design" else None,
            "actor_id": user_id(CORA if what in ("ASKED", "QUOTE_ACCEPTED") else shop.name),
            "what": what,
            "from_status": events[-1]["to_status"] if events else None,
            "to_status": status,
            "quoted_price": commission.price if what == "QUOTED" else None,
            "promised_date": promised if what == "QUOTED" else None,
            "created_at": sent + timedelta(hours=3 * place),
        })  # fmt: skip
    return events
