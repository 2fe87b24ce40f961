"""The first pages and the way out can be used by everybody."""

import pytest

from neural_threads.features.orders.kinds import ALTERATION
from tests.factories.orders import SOON, asked, person
from tests.support.browsing import is_for_everybody

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


async def test_first_pages_and_the_way_out_on_a_phone(people, page_for):
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq Khan")
    request = await asked(ALTERATION, await person(cora), await person(tariq), quoted_price=650, promised_date=SOON)
    for one, places in (
        (cora, ["/customer", "/settings/leave"]),
        (tariq, ["/tailor", f"/tailor/requests/{request.id}/print"]),
    ):
        page = await page_for(one)
        for place in places:
            await page.goto(place)
            await is_for_everybody(page)
