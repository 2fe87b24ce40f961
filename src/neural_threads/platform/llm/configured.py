"""The language model that the settings name."""

from functools import cache

from neural_threads.platform.config import get_settings

from .gemini import Gemini
from .guarded import GuardedModel


@cache
def configured_model() -> GuardedModel | None:
    """Return the model that the settings name, shared by this process; None without a key."""
    settings = get_settings()
    if not settings.gemini_api_key:
        return None
    return GuardedModel(Gemini(settings.gemini_api_key, settings.gemini_model, settings.gemini_base_url))
