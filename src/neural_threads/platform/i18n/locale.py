"""The languages of the product, and the one that is current for this request, job or event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

LOCALES: Final[dict[str, str]] = {"en": "English", "hi": "हिन्दी", "kn": "ಕನ್ನಡ", "ta": "தமிழ்", "te": "తెలుగు"}
LOCALE_OF: Final[dict[str, str]] = {"ENGLISH": "en", "HINDI": "hi", "KANNADA": "kn", "TAMIL": "ta", "TELUGU": "te"}
DEFAULT_LOCALE: Final = "en"

locale_var: ContextVar[str] = ContextVar("locale", default=DEFAULT_LOCALE)


def current_locale() -> str:
    return locale_var.get()


def use_locale(code: str) -> None:
    """Speak this language for the rest of the request, job or event."""
    locale_var.set(code if code in LOCALES else DEFAULT_LOCALE)


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Speak this language inside the block: for mail and notifications to somebody else."""
    token = locale_var.set(code if code in LOCALES else DEFAULT_LOCALE)
    try:
        yield
    finally:
        locale_var.reset(token)
