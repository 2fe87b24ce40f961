"""The models that the settings name."""

from functools import cache

from neural_threads.platform.config import get_settings

from . import gemini_images, tryon_server
from .gemini import Gemini
from .guarded import GuardedImageModel, GuardedModel


@cache
def configured_model() -> GuardedModel | None:
    """Return the model that the settings name, shared by this process; None without a key."""
    settings = get_settings()
    if not settings.gemini_api_key:
        return None
    return GuardedModel(Gemini(settings.gemini_api_key, settings.gemini_model, settings.gemini_base_url))


@cache
def configured_image_model() -> GuardedImageModel | None:
    """Return the model that draws try-ons, shared by this process: a server of one's own before Gemini; None without either."""
    settings = get_settings()
    if settings.tryon_url:
        server = tryon_server.TryOnServer(settings.tryon_url, settings.tryon_token)
        return GuardedImageModel(server, tryon_server.SECONDS)
    if settings.gemini_api_key:
        model = gemini_images.GeminiImages(
            settings.gemini_api_key, settings.gemini_image_model, settings.gemini_base_url
        )
        return GuardedImageModel(model, gemini_images.SECONDS)
    return None
