"""Translated texts: the .po catalogues, gettext, and which languages are offered."""

from __future__ import annotations

import gettext as gettext_module
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from .locale import DEFAULT_LOCALE, LOCALE_OF, LOCALES, locale_var

LOCALE_DIR: Final = Path(__file__).parents[2] / "locale"


def catalogue_path(code: str) -> Path:
    return LOCALE_DIR / code / "LC_MESSAGES" / "messages.po"


def read_catalogue(path: Path, code: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=code)


@cache
def translations(code: str) -> gettext_module.NullTranslations:
    """Read straight from the .po file: a fresh clone needs no compile step."""
    if code == DEFAULT_LOCALE or not catalogue_path(code).exists():
        return gettext_module.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(catalogue_path(code), code))
    compiled.seek(0)
    return gettext_module.GNUTranslations(compiled)


def missing_texts(code: str) -> list[str]:
    """Texts of the template that this catalogue does not yet say, or is unsure of."""
    catalogue = read_catalogue(catalogue_path(code), code)
    return [str(id) for id in _texts() if not _is_said(catalogue, id)]


@cache
def _texts() -> list[Any]:
    """Return what the product says: a text, or one and many."""
    return [message.id for message in read_catalogue(LOCALE_DIR / "messages.pot") if message.id]


def _is_said(catalogue: Catalog, id: str | tuple[str, ...] | list[str]) -> bool:
    result = catalogue.get(id)
    if result is None or result.fuzzy:
        return False
    words = result.string if isinstance(result.string, tuple | list) else (result.string,)
    return all(words)


@cache
def offered_locales() -> dict[str, str]:
    """Only languages that we speak completely, each under its own name."""
    return {code: name for code, name in LOCALES.items() if code == DEFAULT_LOCALE or _is_complete(code)}


def _is_complete(code: str) -> bool:
    return catalogue_path(code).exists() and not missing_texts(code)


def pick_locale(preference: str | None, accept_language: str | None = None) -> str:
    """The chosen language if we offer it (`hi` or `HINDI`), else the browser's first that we do, else English."""
    chosen = LOCALE_OF.get(preference or "", preference or "")
    return chosen if chosen in offered_locales() else _negotiated(accept_language or "")


@lru_cache(maxsize=1_000)
def _negotiated(accept_language: str) -> str:
    return negotiate_locale(_wanted(accept_language), list(offered_locales()), sep="-") or DEFAULT_LOCALE


def _wanted(accept_language: str) -> list[str]:
    ranked: list[tuple[float, str]] = []
    for part in accept_language[:500].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            ranked.append((-float(quality or 1), tag))
        except ValueError:
            continue
    return [tag.split("-")[0].lower() for _, tag in sorted(ranked, key=lambda pair: pair[0]) if tag]


def gettext(text: str) -> str:
    return translations(locale_var.get()).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    return translations(locale_var.get()).ngettext(one, many, count)


def pgettext(context: str, text: str) -> str:
    return translations(locale_var.get()).pgettext(context, text)


@dataclass(frozen=True, slots=True)
class LazyText:
    """A text named when the program is loaded and said when somebody reads it."""

    text: str

    def __str__(self) -> str:
        return gettext(self.text)

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))


def lazy_gettext(text: str) -> LazyText:
    return LazyText(text)
