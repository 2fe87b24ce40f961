"""Every component in every state, for those who build with them. Only in development."""

from neural_threads.platform.config import get_settings

from .pages import get_styleguide

handlers = [] if get_settings().production else [get_styleguide]
