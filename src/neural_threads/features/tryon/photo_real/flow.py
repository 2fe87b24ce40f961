"""Draw a photo-real look: consent, the model, the photo's own face, and one transaction that exchanges the look."""

import asyncio
import secrets
from pathlib import Path

import msgspec
import structlog

from neural_threads.features.accounts.consents import ConsentPurpose, has_consented
from neural_threads.features.media.actions import remove_all_unused
from neural_threads.features.notifications.inbox import notify
from neural_threads.features.notifications.shapes import NotificationType
from neural_threads.features.tryon.flows import READY
from neural_threads.features.tryon.making import copied, keep_look, process, remove_copies
from neural_threads.features.tryon.shapes import PhotoRealProblem
from neural_threads.platform.compute.bounded_process import ProcessDied
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.i18n import lazy_gettext as _
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.ingest import IngestedImage
from neural_threads.platform.llm import ModelFailed
from neural_threads.platform.llm.configured import configured_image_model
from neural_threads.platform.llm.guarded import GuardedImageModel
from neural_threads.platform.vision.drawn_look import DrawnLookTask, UnusableDrawing, take_over

from .prompt import DrawingJob, prompt_for

log = structlog.get_logger(__name__)

CLAIM_SECONDS = 210  # longer than model and process may take together
MOST_ATTEMPTS = 2  # each may cost money
NOT_DRAWN = (
    _("Your look is ready"),
    _("The photo-real picture could not be made, so the item is laid over your photo."),
)


class _NotDrawn(Exception):
    """There is no photo-real picture, and asking again would not help now."""

    def __init__(self, problem: PhotoRealProblem) -> None:
        super().__init__(problem)
        self.problem = problem


async def draw_photo_real(id: str) -> None:
    """Draw a look that is laid over its photo already, unless somebody is just at it. Whatever fails, that one stays."""
    job = await _claimed(id)
    if job is None:
        return
    base = Folder(get_settings().media_dir).incoming / f"drawing-{secrets.token_hex(8)}"
    try:
        await _keep(job, await _drawn(job, base))
    except _NotDrawn as reason:
        await _keep(job, None, reason.problem)
    except Exception as reason:
        log.warning("drawing_failed", id=id, attempt=job.attempts, reason=repr(reason))
        if job.attempts < MOST_ATTEMPTS:
            await _release(id)
            raise
        await _keep(job, None, PhotoRealProblem.UNAVAILABLE)
    finally:
        await remove_copies(base)


async def _drawn(job: DrawingJob, base: Path) -> IngestedImage:
    model = configured_image_model()
    async with reading() as db:
        is_agreed = await has_consented(db, job.user_id, ConsentPurpose.TRY_ON)
    if not is_agreed:
        raise _NotDrawn(PhotoRealProblem.NO_CONSENT)
    if model is None:
        raise _NotDrawn(PhotoRealProblem.UNAVAILABLE)
    try:
        data = await model.draw(await prompt_for(job))
    except ModelFailed as error:
        log.info("look_not_drawn", id=job.id, reason=error.reason)
        raise _NotDrawn(PhotoRealProblem.REFUSED if error.is_refusal else PhotoRealProblem.UNAVAILABLE) from None
    return await _taken_over(model, job, base, data)


async def _taken_over(model: GuardedImageModel, job: DrawingJob, base: Path, data: bytes) -> IngestedImage:
    folder = Folder(get_settings().media_dir)
    photo = await copied(folder, base, "photo", job.person_image_id)
    drawing = base.with_name(f"{base.name}.drawing")
    await asyncio.to_thread(folder.write, drawing, data)
    joints = {name: (point["x"], point["y"]) for name, point in job.landmarks.items()}
    try:
        taken = await process.run(take_over, DrawnLookTask(photo, str(drawing), f"{base}.look", joints))
    except (UnusableDrawing, ProcessDied) as error:
        log.info("look_not_drawn", id=job.id, reason=str(error))
        model.reject("unusable")
        raise _NotDrawn(PhotoRealProblem.UNAVAILABLE) from None
    model.accept()
    return taken


async def _claimed(id: str) -> DrawingJob | None:
    async with transaction() as db:
        return await db.maybe(
            DrawingJob,
            """
            update virtual_try_ons t
               set started_at = now(), attempts = attempts + 1
              from customers c, media m
             where t.id = %(id)s and c.id = t.customer_id and m.public_id = t.person_image_id
               and t.is_photo_real and not t.is_processed and t.result_image_id is not null
               and (t.started_at is null or t.started_at < now() - make_interval(secs => %(claim)s))
            returning t.id, c.user_id, t.attempts, t.outfit_image_id, t.person_image_id, m.width, m.height,
                      t.result_image_id, t.landmarks, coalesce(t.garment_kind, t.found_kind) as kind,
                      array(select l.image_id from try_on_layers l where l.try_on_id = t.id order by l.position) as layers
            """,
            id=id,
            claim=CLAIM_SECONDS,
        )


async def _release(id: str) -> None:
    async with transaction() as db:
        await db.execute("update virtual_try_ons set started_at = null where id = %(id)s and not is_processed", id=id)


async def _keep(job: DrawingJob, taken: IngestedImage | None, problem: PhotoRealProblem | None = None) -> None:
    await keep_look(job.user_id, taken, lambda db, image_id: _write(db, job, image_id, problem))


async def _write(db: Db, job: DrawingJob, image_id: str | None, problem: PhotoRealProblem | None) -> bool:
    told = await db.maybe(
        _Told,
        """
        update virtual_try_ons
           set is_processed = true, is_generated = %(drawn)s::text is not null, photo_real_problem = %(problem)s,
               result_image_id = coalesce(%(drawn)s::text, result_image_id)
         where id = %(id)s and not is_processed
        returning is_announced
        """,
        id=job.id,
        drawn=image_id,
        problem=problem,
    )
    if told is None:
        return False
    if image_id:
        await remove_all_unused(db, [job.result_image_id])
    if told.is_announced:
        title, message = READY if image_id else NOT_DRAWN
        link = f"/customer/virtual-tryon/{job.id}"
        await notify(db, job.user_id, NotificationType.ORDER_UPDATE, title=title, message=message, link=link)
    return True


class _Told(msgspec.Struct, frozen=True):
    is_announced: bool
