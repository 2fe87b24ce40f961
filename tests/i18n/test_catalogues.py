"""A language is offered when all of it is there, and then it says what the English says."""

import re

import pytest

from neural_threads.locale.__main__ import template
from neural_threads.platform.i18n import (
    LOCALE_DIR,
    LOCALES,
    catalogue_path,
    missing_texts,
    offered_locales,
    read_catalogue,
)

WRITTEN = [code for code in LOCALES if code != "en" and catalogue_path(code).exists()]


def test_the_template_holds_every_text_of_the_program() -> None:
    kept = {message.id for message in read_catalogue(LOCALE_DIR / "messages.pot")}
    assert kept == {message.id for message in template()}, "run: python -m neural_threads.locale"


def test_hindi_and_kannada_are_offered() -> None:
    assert {"en", "hi", "kn"} <= set(offered_locales())


@pytest.mark.parametrize("code", WRITTEN)
def test_an_offered_language_is_complete(code: str) -> None:
    assert (code in offered_locales()) == (not missing_texts(code))


@pytest.mark.parametrize("code", WRITTEN)
def test_a_translation_keeps_what_is_filled_in(code: str) -> None:
    wrong = []
    for message in read_catalogue(catalogue_path(code), code):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        said = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if not message.id or not all(said):
            continue
        allowed = set().union(*(_holes(text) for text in ids))
        needed = set.intersection(*(set(_holes(text)) for text in ids)) - {"%(num)s", "%(n)s"}
        wrong += [text for text in said if not needed <= set(_holes(text)) <= allowed]
    assert not wrong


def _holes(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", text))
