"""Whatever a person sees goes through gettext: in templates, in scripts, in Python."""

from pathlib import Path

import pytest

from neural_threads.web.templates.assets import WEB_DIR
from tests.i18n.reading import literal_words, sentences_in_python, sentences_in_script, untranslated_arguments

PROGRAM = WEB_DIR.parent
TEMPLATES = sorted(WEB_DIR.rglob("*.html"))
SCRIPTS = sorted(path for path in WEB_DIR.rglob("*.js") if "vendor" not in path.parts)
FOR_PROGRAMMERS = WEB_DIR / "openapi"
MODULES = sorted(
    path
    for floor in ("web", "features")
    for path in (PROGRAM / floor).rglob("*.py")
    if FOR_PROGRAMMERS not in path.parents
)
SPECIMENS = WEB_DIR / "styleguide"


def named(path: Path) -> str:
    return str(path.relative_to(PROGRAM))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_says_nothing_by_itself(path: Path) -> None:
    assert not literal_words(path.read_text())
    if SPECIMENS not in path.parents:
        assert not untranslated_arguments(path.read_text())


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_script_has_no_words_of_its_own(path: Path) -> None:
    assert not sentences_in_script(path.read_text())


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_python_speaks_through_gettext(path: Path) -> None:
    assert not sentences_in_python(path)


def test_the_readers_notice_what_they_should(tmp_path: Path) -> None:
    """So that a silent reader is not taken for a silent program."""
    assert literal_words("<p>Hello {{ name }}</p>") == ["Hello \ufffc"]
    assert literal_words('<input placeholder="Search">') == ["placeholder=Search"]
    assert not literal_words("<p class='Big one'>{{ _('Hello') }} · Neural Threads</p><!-- Not seen -->")
    assert untranslated_arguments("{{ button('Save') }}{{ button(_('Save'), 'wash') }}") == ["Save"]
    assert sentences_in_script('x.textContent = "sent"; announce("Not sent")') == ["sent", "Not sent"]
    assert not sentences_in_script("// It is sent\nx.textContent = template.dataset.sent")
    module = tmp_path / "module.py"
    module.write_text('"""Caption."""\nraise Conflict("This is taken.")\nraise Conflict(_("This is taken."))\n')
    assert sentences_in_python(module) == ["This is taken."]
