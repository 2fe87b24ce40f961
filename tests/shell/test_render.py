"""What templates may ask: monograms, dyes, places, sizes; and what a page is sent with."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import UndefinedError

from neural_threads.features.accounts.kinds import Role
from neural_threads.web.render import NAV, Stranger, environment, hue, initials, is_here, nav_for, page, sized

CORA: Any = replace(
    Stranger(), me=SimpleNamespace(id="ccora", name="Cora", email="cora@example.com", role=Role.CUSTOMER)
)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Dina Rao", "DR"),
        ("dina", "D"),
        ("Anna Maria van Dyk", "AD"),
        ("ಮೀರಾ ಗೌಡ", "ಮೀ"),
        ("कविता", "क"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_monogram_is_made_of_whole_letters(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_person_always_wears_the_same_dye() -> None:
    assert hue("cdina") == hue("cdina")
    assert {hue(f"c{n}") for n in range(400)} == set(range(12))


def test_our_pictures_are_asked_for_at_a_width_and_no_others() -> None:
    assert sized("/media/a/b", 400) == "/media/a/b?w=400"
    assert sized("/media/a?s=x", 200) == "/media/a?s=x&w=200"
    assert sized("data:image/png;base64,x", 200) == "data:image/png;base64,x"


def test_an_entry_is_lit_on_its_page_and_below_it_but_not_on_a_neighbour() -> None:
    designers = next(place for place in NAV["CUSTOMER"] if place.href == "/customer/designers")
    assert is_here(replace(CORA, path="/customer/designers/cdina"), designers)
    assert is_here(replace(CORA, path="/customer/designers"), designers)
    assert not is_here(replace(CORA, path="/customer/designers-of-the-year"), designers)


def test_everybody_has_a_way_to_their_chats_and_settings() -> None:
    for role in Role:
        cora = replace(CORA, me=SimpleNamespace(**{**vars(CORA.me), "role": role}))
        assert {f"{role.home}/chats", "/settings"} <= {place.href for place in nav_for(cora)}


def test_a_template_that_names_something_unknown_does_not_pass_in_silence() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing_of_that_name.at_all }}").render()


def test_text_of_people_is_escaped() -> None:
    macro = '{% from "shell/pieces.html" import avatar, tag %}{{ avatar(name, "c1") }}{{ tag(name) }}'
    html = environment().from_string(macro).render(name="<b>Cora</b>")
    assert "<b>" not in html
    assert "&lt;b&gt;Cora" in html


def test_pages_of_the_signed_in_are_kept_by_nobody() -> None:
    facts = {"status": 404, "title": "", "sentence": "", "reference": "", "retry_after": None}
    assert page(CORA, "shell/error.html", **facts).headers["Cache-Control"] == "no-store"
    assert "'unsafe" not in page(CORA, "shell/error.html", **facts).headers["Content-Security-Policy"]
