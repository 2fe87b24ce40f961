"""Pictures: serving them, and taking them in."""

from . import api, upload

handlers = [*api.handlers, *upload.handlers]
