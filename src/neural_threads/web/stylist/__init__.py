"""The stylist: its API, and the pages under /customer/chatbot."""

from neural_threads.features.stylist import jobs as _jobs  # importing registers the job

from . import api, outfits_api, outfits_pages, pages

handlers = [*api.handlers, *outfits_api.handlers, *pages.handlers, *outfits_pages.handlers]

__all__ = ["_jobs", "handlers"]
