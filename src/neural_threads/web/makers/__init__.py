"""The makers' own side: their profile, the walls on which they hang their work, and what customers say."""

from . import api, profile, reviews, walls

handlers = [*api.handlers, *walls.handlers, *profile.handlers, *reviews.handlers]
