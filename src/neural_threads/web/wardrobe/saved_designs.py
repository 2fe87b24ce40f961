"""Save a design to the wardrobe, or remove it."""

from typing import Any

from litestar import Request, Response, post
from litestar.response import Redirect

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.wardrobe.actions import remove_item, save_design
from neural_threads.features.wardrobe.queries import saved_designs_of
from neural_threads.platform.db import transaction
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.types import Shape
from neural_threads.web.http import role_guards

PATH = "/customer/designs"
SHOWN_ON = (PATH, "/customer/designers/")


class Saving(Shape, frozen=True, kw_only=True):
    """The form of the heart without scripts: whether the design is to be saved, and the page to go to."""

    saved: bool
    next: str = PATH


@post(PATH + "/{design_id:str}/save", include_in_schema=False, guards=[role_guards.customer])
async def post_saved_design(request: Request[Any, Any, Any], me: Person, design_id: str) -> Response[Any]:
    """Keep or let go, twice is once; then back to where the heart was."""
    form = decode_form(await request.form(), Saving)
    async with transaction() as db:
        if form.saved:
            await save_design(db, me, design_id)
        else:
            for item_id in (await saved_designs_of(db, me, [design_id])).values():
                await remove_item(db, me, item_id)
    is_ours = form.next.startswith(SHOWN_ON) and "\\" not in form.next
    return Redirect(form.next if is_ours else PATH, status_code=303)


handlers = [post_saved_design]
