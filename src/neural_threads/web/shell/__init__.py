"""The frame around every page: layout, components, styles, the first script, and the files they need."""

from .files import handlers

__all__ = ["handlers"]
