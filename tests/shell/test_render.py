"""What templates may ask: monograms, dyes, places, sizes; and what a page is sent with."""

from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import UndefinedError

from neural_threads.features.accounts.enums import Role
from neural_threads.web.styleguide.pages import specimens
from neural_threads.web.templates.environment import environment
from neural_threads.web.templates.filters import hue, initials, sized
from neural_threads.web.templates.navigation import NAV, is_here, nav_for
from neural_threads.web.templates.render import page


def visit_of(role: Role, path: str = "/") -> Any:
    """A visit of somebody signed in, as the guards would make it."""
    me = SimpleNamespace(id="ccora", name="Cora", email="cora@example.com", role=role)
    return SimpleNamespace(me=me, csrf_token="t", nonce="n", locale="en", theme="dark", path=path, is_htmx=False)


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


def test_our_images_are_asked_for_at_a_width_and_no_others() -> None:
    assert sized("/media/a/b", 400) == "/media/a/b?w=400"
    assert sized("/media/a?s=x", 200) == "/media/a?s=x&w=200"
    assert sized("data:image/png;base64,x", 200) == "data:image/png;base64,x"


def test_an_entry_is_lit_on_its_page_and_below_it_but_not_on_a_neighbour() -> None:
    designers = next(place for place in NAV["CUSTOMER"] if place.href == "/customer/designers")
    assert is_here(visit_of(Role.CUSTOMER, "/customer/designers/cdina"), designers)
    assert is_here(visit_of(Role.CUSTOMER, "/customer/designers"), designers)
    assert not is_here(visit_of(Role.CUSTOMER, "/customer/designers-of-the-year"), designers)


def test_everybody_has_a_way_to_their_chats_and_settings() -> None:
    for role in Role:
        assert {f"{role.home}/chats", "/settings"} <= {place.href for place in nav_for(visit_of(role))}


def test_a_template_that_names_something_unknown_does_not_pass_in_silence() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing_of_that_name.at_all }}").render()


def test_text_of_people_is_escaped() -> None:
    macro = '{% from "shell/components.html" import avatar, tag %}{{ avatar(name, "c1") }}{{ tag(name) }}'
    html = environment().from_string(macro).render(name="<b>Cora</b>")
    assert "<b>" not in html
    assert "&lt;b&gt;Cora" in html


def test_pages_of_the_signed_in_are_kept_by_nobody() -> None:
    answer = page(visit_of(Role.CUSTOMER), "styleguide/styleguide.html", **specimens())
    assert answer.headers["Cache-Control"] == "no-store"
    assert "'nonce-n'" in answer.headers["Content-Security-Policy"]
    assert '<html lang="en" data-theme="dark"' in answer.content
