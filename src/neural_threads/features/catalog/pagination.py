"""Lists whose pages have numbers."""

import math

from neural_threads.platform.serialization.types import Shape


class Pagination(Shape, frozen=True, kw_only=True):
    """The position in a list with numbered pages."""

    page: int
    limit: int
    total: int
    total_pages: int

    @classmethod
    def of(cls, page: int, limit: int, total: int) -> "Pagination":
        """This page of so many rows in all."""
        return cls(page=page, limit=limit, total=total, total_pages=math.ceil(total / limit))
