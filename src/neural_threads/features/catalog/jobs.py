"""A background job of the catalogue: every ten minutes it adds up the changes of facet counts."""

from typing import Any

from neural_threads.platform.db import transaction
from neural_threads.platform.jobs import periodic, task

from .counts import fold_counts


@periodic("*/10 * * * *")
@task("fold_catalogue_counts")
async def fold_catalogue_counts(**_when: Any) -> None:
    """Keep the counts of facets short to read."""
    async with transaction() as db:
        await fold_counts(db)
