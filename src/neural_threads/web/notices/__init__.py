"""What others made of what we show and run, and under which licences."""

from .pages import handlers

__all__ = ["handlers"]
