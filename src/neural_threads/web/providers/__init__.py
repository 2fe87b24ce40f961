"""The provider's own pages: profile and reviews."""

from . import profile, reviews

handlers = [*profile.handlers, *reviews.handlers]
