"""GET /notices"""

import asyncio
from functools import cache
from itertools import groupby
from typing import NamedTuple

from litestar import Response, get

from neural_threads.platform.third_party import Package, VendoredFile, run_time_packages, vendored_files
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page


class Work(NamedTuple):
    """A package of which files are served or shipped, with its licences' texts."""

    name: str
    version: str
    licence: str
    texts: list[str]


@get("/notices", include_in_schema=False)
async def notices_page(visit: RequestContext) -> Response[str]:
    """Third-party notices, for everybody."""
    works, packages = await asyncio.to_thread(notices)
    return page(visit, "notices/notices.html", works=works, packages=packages)


@cache
def notices() -> tuple[list[Work], list[Package]]:
    """Return what is in our tree and what is installed. It does not change while the program runs."""
    files = sorted(vendored_files(), key=_origin)
    works = [_work(*origin, list(group)) for origin, group in groupby(files, key=_origin)]
    return works, run_time_packages()


def _origin(file: VendoredFile) -> tuple[str, str]:
    return file.package, file.version


def _work(name: str, version: str, files: list[VendoredFile]) -> Work:
    licences = sorted({file.licence for file in files})
    texts = sorted({path for file in files for path in file.texts})
    return Work(name, version, " AND ".join(licences), [path.read_text().strip() for path in texts])


handlers = [notices_page]
