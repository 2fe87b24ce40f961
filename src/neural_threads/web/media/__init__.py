"""Images: serve and upload them."""

from neural_threads.features.media import garbage_collection as _jobs  # importing registers the jobs

from . import api, upload

handlers = [*api.handlers, *upload.handlers]

__all__ = ["_jobs", "handlers"]
