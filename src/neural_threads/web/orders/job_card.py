"""A printed A5 card of an order, with images, marks and a QR code that leads to the order."""

from typing import Any

import segno
from litestar import Request, Response, get
from markupsafe import Markup

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.queries import order_for
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import reading
from neural_threads.web.http import role_guards
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

from .listing import my_order_list

HttpRequest = Request[Any, Any, Any]


@get(
    ["/designer/requests/{request_id:str}/print", "/tailor/requests/{request_id:str}/print"],
    include_in_schema=False,
    guards=[role_guards.provider],
)
async def job_card_page(request: HttpRequest, visit: RequestContext, me: Person, request_id: str) -> Response[str]:
    """The card of one job of mine."""
    order_list = my_order_list(request, me)
    async with reading() as db:
        target = await order_for(db, me, order_list.kind, request_id)
    here = order_list.address(target)
    return page(visit, "orders/job_card.html", request=target, here=here, code=_code(get_settings().base_url + here))


def _code(address: str) -> Markup:
    """The address as a QR code, dark on light, whatever the theme."""
    drawn = segno.make(address, error="m", micro=False)
    return Markup(drawn.svg_inline(border=2, omitsize=True, svgclass="job-code", lineclass=None))  # noqa: S704 - ours


handlers = [job_card_page]
