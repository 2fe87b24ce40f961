"""The makers' own side: their profile, and the walls on which they hang their work."""

from . import api

handlers = [*api.handlers]
