"""A network that answers in our place: a captive portal, a proxy."""

import re
from typing import Any

from playwright.async_api import Page, Route

PORTAL = "<html><body><h1>Welcome to Hotel Chalukya Wi-Fi</h1><form>Room number</form></body></html>"
LIES: dict[str, dict[str, Any]] = {
    "200 HTML": {"status": 200, "content_type": "text/html", "body": PORTAL},
    "200 JSON of somebody else": {"status": 200, "json": {"status": "ok", "data": {"id": "x", "seq": 1}}},
    "201 empty": {"status": 201, "body": ""},
    "204": {"status": 204},
    "401 of a proxy": {"status": 401, "content_type": "text/html", "body": PORTAL},
    "511": {"status": 511, "content_type": "text/html", "body": PORTAL},
}


class Portal:
    """Stands between the page and us, for these methods and addresses, until it is lifted."""

    def __init__(
        self, page: Page, address: str | re.Pattern[str], lie: str = "200 HTML", methods: str = "POST PUT DELETE"
    ) -> None:
        self.page, self.address, self.lie, self.methods = page, address, lie, methods.split()
        self.answered = 0

    async def stand(self) -> "Portal":
        await self.page.route(self.address, self._answer)
        return self

    async def _answer(self, route: Route) -> None:
        if route.request.method not in self.methods:
            return await route.continue_()
        self.answered += 1
        await route.fulfill(**LIES[self.lie])

    async def lift(self) -> None:
        await self.page.unroute(self.address, self._answer)
        await self.page.evaluate("dispatchEvent(new Event('online'))")
