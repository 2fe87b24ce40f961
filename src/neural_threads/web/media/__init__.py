"""Images: serve and upload them."""

from . import api, upload

handlers = [*api.handlers, *upload.handlers]
