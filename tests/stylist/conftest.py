"""Studios and their pieces, as in the tests of the marketplace."""

from tests.catalog.conftest import desk, new_studio

__all__ = ["desk", "new_studio"]
