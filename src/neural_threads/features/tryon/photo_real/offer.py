"""Decide whether photo-real looks are offered, who draws them, and who may ask for them."""

from enum import StrEnum

from neural_threads.features.accounts.consents import ConsentPurpose, has_consented
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.tryon.shapes import NewTryOn
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Conflict, Invalid
from neural_threads.platform.i18n import gettext as _


class DrawnBy(StrEnum):
    """The service to which photos are sent."""

    GEMINI = "GEMINI"
    OWN_SERVER = "OWN_SERVER"


class ConsentNeeded(Conflict):
    """Photos would leave this server, and that was not agreed to."""

    code = "CONSENT_NEEDED"

    def sentence(self) -> str:
        return _("For a photo-real look your photo is sent to the model that draws it. Please agree to that first.")


def drawn_by() -> DrawnBy | None:
    """Return who draws photo-real looks here; None when they are not offered."""
    settings = get_settings()
    if settings.tryon_url:
        return DrawnBy.OWN_SERVER
    return DrawnBy.GEMINI if settings.gemini_api_key else None


async def check_photo_real(db: Db, me: Person, new: NewTryOn) -> None:
    """Return if this look may be made. Invalid when nobody draws here, ConsentNeeded when I have not agreed."""
    if not new.is_photo_real:
        return
    if drawn_by() is None:
        raise Invalid(fields={"isPhotoReal": _("Photo-real looks are not offered here.")})
    if not await has_consented(db, me.id, ConsentPurpose.TRY_ON):
        raise ConsentNeeded
