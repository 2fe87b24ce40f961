"""GET /api/users/export."""

from litestar import get
from litestar.response import Stream

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.data_export.archive import export_name, export_of
from neural_threads.platform.errors import TooOften, Upstream
from neural_threads.platform.i18n import today
from neural_threads.platform.security.rate_limits import hit


@get(
    "/api/users/export", summary="Take everything with me", media_type="application/zip", refusals=(TooOften, Upstream)
)
async def get_export(me: Person) -> Stream:
    """All my data as one ZIP, made while it is sent."""
    await hit("exports", me.id)
    name = export_name(today().isoformat())
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Stream(export_of(me), media_type="application/zip", headers=headers)


handlers = [get_export]
