"""Photo-real looks on the pages: whether they are offered, and the consent that the form carries."""

from typing import Any

from neural_threads.features.accounts.consents import (
    ConsentChange,
    ConsentPurpose,
    change_consent,
    has_consented,
)
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.tryon.photo_real.offer import drawn_by
from neural_threads.features.tryon.shapes import NewTryOn
from neural_threads.platform.db import Db, transaction
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.security.rate_limits import hit

from .forms import TryOnForm


async def photo_real_facts(db: Db, me: Person) -> dict[str, Any]:
    """Return by whom photo-real looks are drawn (None: they are not offered), and whether I have agreed to that."""
    by = drawn_by()
    return {"by": by, "is_agreed": by is not None and await has_consented(db, me.id, ConsentPurpose.TRY_ON)}


async def count_photo_real(me: Person, new: NewTryOn) -> None:
    """Count a photo-real look; TooOften when there were too many of mine."""
    if new.is_photo_real:
        await hit("photo_real", me.id)


async def note_consent(me: Person, form: TryOnForm, new: NewTryOn) -> None:
    """Write down that I agree, as the form says. Invalid when I never did, and do not now."""
    if not new.is_photo_real or drawn_by() is None:
        return
    async with transaction() as db:
        if await has_consented(db, me.id, ConsentPurpose.TRY_ON):
            return
        if not form.is_agreed:
            raise Invalid(
                fields={"isAgreed": _("Please agree first, or choose to have the item laid over your photo.")}
            )
        await change_consent(db, me, ConsentChange(purpose=ConsentPurpose.TRY_ON, is_given=True))
