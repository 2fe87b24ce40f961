"""Finding pictures. Loading one is the permission to see it."""

from neural_threads.platform.db import Db
from neural_threads.platform.errors import NotFound
from neural_threads.platform.media import is_public_id

from .shapes import Medium


async def public_medium(db: Db, public_id: str) -> Medium:
    """A picture that anybody may see. A private one is, to the world, not there."""
    if not is_public_id(public_id):
        raise NotFound
    medium = await db.maybe(
        Medium,
        """
        select public_id, owner_id, visibility, content_type, width, height, bytes as size, sha256
          from media
         where public_id = %(public_id)s and visibility = 'public'
        """,
        public_id=public_id,
    )
    if medium is None:
        raise NotFound
    return medium
