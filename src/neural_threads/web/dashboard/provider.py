"""GET /designer and /tailor: the provider's home page."""

from typing import Any

from litestar import Request, Response, get
from litestar.response import Redirect

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.dashboard.provider import day_of, figures_of, is_new, new_reviews_of
from neural_threads.platform.db import reading
from neural_threads.platform.i18n import HOME_ZONE
from neural_threads.platform.serialization.types import Moment
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.orders.labels import order_list_of_provider
from neural_threads.web.templates.render import page

from .customer import greeting

HttpRequest = Request[Any, Any, Any]


@get(["/designer", "/tailor"], include_in_schema=False)
async def provider_home(request: HttpRequest, visit: RequestContext, me: Person) -> Response[Any] | Redirect:
    """Show waiting customers, due orders, new reviews and profile views. Others are led to their own home."""
    if request.url.path.rstrip("/") != me.role.home:
        return Redirect(me.role.home, status_code=303)
    async with reading() as db:
        day = await day_of(db, me)
        figures = await figures_of(db, me)
        reviews = await new_reviews_of(db, me)
    return page(
        visit,
        "dashboard/provider.html",
        greeting=greeting(Moment.current().astimezone(HOME_ZONE).hour),
        first_name=me.name.split()[0],
        day=day,
        figures=figures,
        reviews=reviews,
        is_new=is_new,
        order_list=order_list_of_provider(me.role),
    )


handlers = [provider_home]
