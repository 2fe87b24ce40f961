"""Addresses in bubbles: the same examples here and in tests/browser/test_chat_parts.py, for the page's own copy."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from neural_threads.web.templates.linkify import linked
from tests.support.deadlines import within

EXAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "links.json").read_text())


class Reader(HTMLParser):
    """What a browser would make of it: the text, the links, and any other tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str | None] = []
        self.others: list[str] = []
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag != "a" or given != {"href": given["href"], "target": "_blank", "rel": "noopener nofollow"}:
            self.others.append(tag)
        self.links.append(given.get("href"))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["why"] for example in EXAMPLES])
def test_links_and_nothing_but_links(example: dict[str, Any]) -> None:
    read = Reader(linked(example["text"]))
    assert read.links == example["links"]
    assert read.text == example["text"]
    assert read.others == []


@pytest.mark.parametrize(
    "hard", ["https://a" + ")" * 5_000, "https://" * 700, "http" * 1_250, "https://a" + "." * 5_000]
)
def test_it_is_quick_whatever_one_types(hard: str) -> None:
    with within(0.5):
        linked(hard)
