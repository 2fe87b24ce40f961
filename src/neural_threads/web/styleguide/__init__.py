"""The style guide: every component in every state. Only in development."""

from neural_threads.platform.config import get_settings

from .pages import get_styleguide

handlers = [] if get_settings().production else [get_styleguide]
