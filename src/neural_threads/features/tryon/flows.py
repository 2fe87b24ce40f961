"""Make a look: a query, slow work in a bounded process, and one transaction that stores the result."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import TypeAlias
from uuid import UUID

import msgspec
import structlog

from neural_threads.features.accounts.enums import BodyShape
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.actions import check_quota
from neural_threads.features.notifications.inbox import notify
from neural_threads.features.notifications.shapes import NotificationType
from neural_threads.platform.compute.bounded_process import ProcessDied
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.errors import Unavailable
from neural_threads.platform.i18n import lazy_gettext as _
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.vision.trying_on import (
    FigureTask,
    GarmentFound,
    GarmentTask,
    Shares,
    TryOnOutcome,
    TryOnTask,
    be_ready,
    try_on,
)

from .actions import announce_later, ask_for_try_on
from .figures import TONES, FigurePose, SkinTone, figure_of, figure_svg
from .making import copied, keep_look, process, remove_copies
from .photo_real.offer import check_photo_real
from .queries import garment_sources, try_on_for
from .shapes import NewTryOn, PhotoRealProblem, Problem, TryOnJob, VirtualTryOn

log = structlog.get_logger(__name__)

PATIENCE = 2.0  # seconds that an answer waits for the look
LOOK_EVERY = 0.08  # seconds
MOST_ATTEMPTS = 3
CLAIM_SECONDS = 75  # longer than the process may take over one look
Queue: TypeAlias = Callable[[Db, str], Awaitable[None]]
USUAL_SHAPE, USUAL_TONE = BodyShape.RECTANGLE, SkinTone.HONEY
READY = (_("Your look is ready"), _("The item that you tried on can be seen now."))
FAILED = (_("Your look could not be made"), _("We could not make this look. Please try another picture."))


async def start_try_on(me: Person, new: NewTryOn, queue: Queue, *, client_id: UUID | None = None) -> VirtualTryOn:
    """Ask for a look and wait two seconds for it; one that takes longer is announced by a notification.

    `queue`: has it made, in the transaction that asks for it. The same `client_id` again is the look that was asked for.
    """
    async with reading() as db:
        await check_photo_real(db, me, new)
        await check_quota(db, me)
    async with transaction() as db:
        id, is_new = await ask_for_try_on(db, me, new, client_id=client_id)
        if is_new:
            await queue(db, id)
    finished = await _finished_within(PATIENCE, me, id)
    if finished is not None:
        return finished
    async with transaction() as db:
        await announce_later(db, me, id)
        return await try_on_for(db, me, id)


async def warm_up() -> None:
    """Start the process while somebody chooses: its libraries take a second to load. Only where jobs are worked."""
    if get_settings().worker and process.pid is None:
        with contextlib.suppress(ProcessDied, Unavailable):
            await process.run(be_ready)


async def _finished_within(seconds: float, me: Person, id: str) -> VirtualTryOn | None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                await asyncio.sleep(LOOK_EVERY)
                async with reading() as db:
                    result = await try_on_for(db, me, id)
                if result.is_processed:
                    return result
    return None


async def make_try_on(id: str, draw: Queue) -> None:
    """Make a look that waits, unless somebody is just making it. What fails thrice is given up.

    `draw`: has a photo-real one drawn, in the transaction that keeps the look to be shown meanwhile.
    """
    job = await _claimed(id)
    if job is None:
        return
    try:
        async with _images(job) as paths:
            await _keep(job, await process.run(try_on, _task(job, paths)), draw)
    except Exception as reason:
        log.warning("try_on_failed", id=id, attempt=job.attempts, reason=repr(reason))
        if job.attempts < MOST_ATTEMPTS and not isinstance(reason, ValueError | MemoryError):
            await _release(id)
            raise
        await _keep(job, None, draw)


async def _claimed(id: str) -> TryOnJob | None:
    async with transaction() as db:
        return await db.maybe(
            TryOnJob,
            """
            update virtual_try_ons t
               set started_at = now(), attempts = attempts + 1
              from customers c
             where t.id = %(id)s and c.id = t.customer_id and not t.is_processed
               and t.result_image_id is null
               and (t.started_at is null or t.started_at < now() - make_interval(secs => %(claim)s))
            returning t.id, c.user_id, t.outfit_image_id, t.person_image_id, t.body_shape, t.landmarks, t.garment_kind,
                      t.garment_points, t.skin_tone, t.attempts, t.is_photo_real,
                      array(select l.image_id from try_on_layers l where l.try_on_id = t.id order by l.position) as layers
            """,
            id=id,
            claim=CLAIM_SECONDS,
        )


async def _release(id: str) -> None:
    async with transaction() as db:
        await db.execute("update virtual_try_ons set started_at = null where id = %(id)s and not is_processed", id=id)


class _Paths:
    """The paths of a job's images on this disk. `garments`: the lowest layer first."""

    def __init__(self, target: str, photo: str | None, garments: list[GarmentTask]) -> None:
        self.target, self.photo, self.garments = target, photo, garments


@asynccontextmanager
async def _images(job: TryOnJob) -> AsyncIterator[_Paths]:
    """Copies of the originals; they and what is made beside them are removed in the end."""
    folder = Folder(get_settings().media_dir)
    # By the look's id, so that copies of a killed worker go with the next attempt.
    base = folder.incoming / f"try-on-{job.id}"
    images = job.layers or [job.outfit_image_id]
    async with reading() as db:
        sources = await garment_sources(db, job.user_id, images)
    garments = []
    try:
        for place, image in enumerate(images):
            source, is_outfit = sources.get(image), image == job.outfit_image_id
            path = await copied(folder, base, str(place), source.image_id if source else image)
            kind = job.garment_kind if is_outfit and job.garment_kind else source.kind if source else None
            garments.append(GarmentTask(path, kind, _shares(job.garment_points) if is_outfit else {}))
        photo = await copied(folder, base, "photo", job.person_image_id) if job.person_image_id else None
        yield _Paths(f"{base}.look", photo, garments)
    finally:
        await remove_copies(base)


def _task(job: TryOnJob, paths: _Paths) -> TryOnTask:
    figure = figure_of(job.body_shape or USUAL_SHAPE)
    tone = TONES[job.skin_tone or USUAL_TONE]
    is_drawn = job.person_image_id is None
    layers = (figure_svg(figure, tone, layer) for layer in ("all", "person", "arms", "head"))
    return TryOnTask(
        garments=paths.garments,
        target=paths.target,
        joints=figure.points if is_drawn else _shares(job.landmarks),
        fallback=figure.points,
        photo=paths.photo,
        figure=FigureTask(*layers) if is_drawn else None,
        shapes={} if is_drawn else shape_widths(),
        use_model=get_settings().mask_model,
    )


@cache
def shape_widths() -> dict[str, tuple[float, float]]:
    """Return the widths of waist and hip, in shoulder widths, of each body shape's figure."""
    widths = {}
    for shape in BodyShape:
        m = figure_of(shape, FigurePose.RELAXED).measures
        widths[str(shape)] = (m.waist / (m.shoulder * 1.16), m.hip / (m.shoulder * 1.16))
    return widths


async def _keep(job: TryOnJob, outcome: TryOnOutcome | None, draw: Queue) -> None:
    taken = outcome.taken if outcome else None
    await keep_look(job.user_id, taken, lambda db, image_id: _write(db, job, outcome, image_id, draw))


async def _write(db: Db, job: TryOnJob, outcome: TryOnOutcome | None, image_id: str | None, draw: Queue) -> bool:
    garment, is_drawn_next = _of_outfit(job, outcome), _can_be_drawn(job, outcome)
    result = await db.maybe(
        _Told,
        """
        update virtual_try_ons
           set is_processed = not %(next)s, started_at = case when %(next)s then null else started_at end,
               attempts = case when %(next)s then 0 else attempts end, photo_real_problem = %(not_drawn)s,
               result_image_id = %(image)s, confidence = %(confidence)s, problem = %(problem)s,
               landmarks = coalesce(%(landmarks)s::text::jsonb, landmarks), suggested_body_shape = %(shape)s,
               body_shape_confidence = %(sure)s, found_kind = %(kind)s, found_points = %(points)s::text::jsonb
         where id = %(id)s and not is_processed
        returning is_announced
        """,
        id=job.id,
        image=image_id,
        next=is_drawn_next,
        not_drawn=PhotoRealProblem.NO_PERSON if job.is_photo_real and outcome and not is_drawn_next else None,
        confidence=outcome.confidence if outcome else 0.0,
        problem=outcome.problem if outcome else None,
        landmarks=encode(_joints(outcome.joints)).decode() if outcome else None,
        shape=outcome.shape if outcome else None,
        sure=outcome.shape_confidence if outcome else None,
        kind=garment.kind if garment else None,
        points=encode(_within(garment.points)).decode() if garment else None,
    )
    if result is not None and is_drawn_next:
        await draw(db, job.id)
    elif result is not None and result.is_announced:
        title, message = READY if outcome else FAILED
        link = f"/customer/virtual-tryon/{job.id}"
        await notify(db, job.user_id, NotificationType.ORDER_UPDATE, title=title, message=message, link=link)
    return result is not None


def _can_be_drawn(job: TryOnJob, outcome: TryOnOutcome | None) -> bool:
    """Return True if a model may draw it: one person is found, alone, so that nobody else's picture is sent."""
    return (
        job.is_photo_real and outcome is not None and outcome.problem not in (Problem.NO_PERSON, Problem.SEVERAL_PEOPLE)
    )


def _of_outfit(job: TryOnJob, outcome: TryOnOutcome | None) -> GarmentFound | None:
    """Return what was read from the picture that was asked for: of layers, the one that `garmentPoints` belong to."""
    images = job.layers or [job.outfit_image_id]
    return outcome.garments[images.index(job.outfit_image_id)] if outcome and job.outfit_image_id in images else None


def _within(points: Shares) -> dict[str, dict[str, float]]:
    """Return points of a garment inside its picture, as they may be given again."""
    return _joints({name: (min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)) for name, (x, y) in points.items()})


class _Told(msgspec.Struct, frozen=True):
    is_announced: bool


def _shares(points: dict[str, dict[str, float]] | None) -> Shares:
    return {name: (point["x"], point["y"]) for name, point in (points or {}).items()}


def _joints(shares: Shares) -> dict[str, dict[str, float]]:
    return {name: {"x": round(x, 5), "y": round(y, 5)} for name, (x, y) in shares.items()}
