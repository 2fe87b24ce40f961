"""The text of an answer, read while the rest is on its way."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_threads.platform.llm.json_text import TextField

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def read(document: str, sizes: list[int]) -> str:
    field, letters, at = TextField(), "", 0
    for size in [*sizes, len(document)]:
        letters += field.feed(document[at : at + size])
        at += size
    return letters


@given(ANY_TEXT, st.lists(st.integers(1, 9), max_size=60), st.booleans())
def test_any_text_in_any_items(text: str, sizes: list[int], is_ascii: bool) -> None:
    document = json.dumps({"text": text, "outfits": [{"why": 'not "this"'}]}, ensure_ascii=is_ascii)
    assert read(document, sizes) == text


@given(st.text(max_size=300), st.lists(st.integers(1, 9), max_size=60))
def test_any_rubbish_does_no_harm(document: str, sizes: list[int]) -> None:
    read(document, sizes)


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ('{"outfits": [], "text": "late"}', ""),
        ('{"text": "\\ud83d alone"}', "\ufffd alone"),
        ('{"text": "\\udc00"}', "\ufffd"),
        ('{"text": "cut off', "cut off"),
        ('{"text": ["list"]}', ""),
    ],
)
def test_odd_documents(document: str, text: str) -> None:
    assert read(document, [3, 5]) == text
