"""The stylist's face: the API and the pages under /customer/chatbot."""

from neural_threads.features.stylist import jobs as _jobs  # importing registers the job

from . import api

handlers = [*api.handlers]

__all__ = ["_jobs", "handlers"]
