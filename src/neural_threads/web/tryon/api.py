"""/api/virtual-tryon: create, find, keep and delete looks."""

from typing import Any

from litestar import Request, delete, get, post, put

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.actions import QuotaReached
from neural_threads.features.tryon.actions import TooManyWaiting, delete_try_on, forget_photos, keep_try_on
from neural_threads.features.tryon.flows import start_try_on
from neural_threads.features.tryon.jobs import queue_try_on
from neural_threads.features.tryon.photo_real.offer import ConsentNeeded
from neural_threads.features.tryon.queries import try_on_for, try_ons_of
from neural_threads.features.tryon.shapes import Forgotten, NewTryOn, TryOnChange, TryOnSearch, VirtualTryOn
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import DiskFull, NotFound, TooOften, Upstream
from neural_threads.platform.security.rate_limits import hit
from neural_threads.web.http import role_guards
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.responses import Page, Reply, created, ok, page_of

from .photo_real import count_photo_real

PATH = "/api/virtual-tryon"
HttpRequest = Request[Any, Any, Any]


@get(PATH, summary="My try-ons", guards=[role_guards.customer])
async def get_try_ons(me: Person, search: InQuery[TryOnSearch]) -> Reply[Page[VirtualTryOn]]:
    """My looks, the newest first; with `isKept` only those that are kept, or only those that are not."""
    async with reading() as db:
        items, cursor = await try_ons_of(db, me, search)
    return ok(page_of(items, cursor))


@post(
    PATH,
    summary="Try a garment on",
    guards=[role_guards.customer],
    refusals=(ConsentNeeded, DiskFull, NotFound, QuotaReached, TooManyWaiting, TooOften, Upstream),
)
async def post_try_on(me: Person, data: NewTryOn) -> Reply[VirtualTryOn]:
    """Lay a garment over one's photo, or over the drawn figure of a body shape. It shows a look, not a fit.

    The result is in the answer when it is made within two seconds; else `isProcessed` is false, and a notification with
    a link follows. With `isPhotoReal` a model draws it, which takes longer: until then the result is the piece laid over
    the photo, and stays so if there is no drawing. A photo without a usable pose is never refused: `confidence` is below 0.5 then, and `problem` says why.
    """
    await hit("tryons", me.id)
    await count_photo_real(me, data)
    return created(await start_try_on(me, data, queue_try_on))


@delete(
    f"{PATH}/photos", summary="Delete my photos", status_code=200, guards=[role_guards.customer], refusals=(Upstream,)
)
async def delete_photos(me: Person) -> Reply[Forgotten]:
    """Delete every photo of me that was tried on, and every look that was made from one, kept ones too."""
    async with transaction() as db:
        result, _images = await forget_photos(db, me)
    return ok(result)


@get(f"{PATH}/{{try_on_id:str}}", summary="A try-on of mine", guards=[role_guards.customer])
async def get_try_on(me: Person, try_on_id: str) -> Reply[VirtualTryOn]:
    """The try-on, with a fresh signed address of its image."""
    async with reading() as db:
        return ok(await try_on_for(db, me, try_on_id))


@put(f"{PATH}/{{try_on_id:str}}", summary="Keep a try-on, or no longer", guards=[role_guards.customer])
async def put_try_on(me: Person, try_on_id: str, data: TryOnChange) -> Reply[VirtualTryOn]:
    """A look that is not kept goes after thirty days, with photo and result."""
    async with transaction() as db:
        return ok(await keep_try_on(db, me, try_on_id, data.is_kept))


@delete(
    f"{PATH}/{{try_on_id:str}}",
    summary="Delete a try-on",
    status_code=200,
    guards=[role_guards.customer],
    refusals=(Upstream,),
)
async def delete_one(me: Person, try_on_id: str) -> Reply[None]:
    """Its result goes too, and its photo unless another look shows it."""
    await remove(me, try_on_id)
    return ok()


async def remove(me: Person, try_on_id: str) -> None:
    """Delete a look."""
    async with transaction() as db:
        await delete_try_on(db, me, try_on_id)


handlers = [get_try_ons, post_try_on, delete_photos, get_try_on, put_try_on, delete_one]
