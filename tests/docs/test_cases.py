"""Every case that we promise has a test, and docs/cases.md says which."""

from tests.support.cases import CODES, PAGE, marked, page


def test_every_case_has_a_test():
    assert not sorted(CODES - marked().keys())


def test_no_test_names_a_case_that_does_not_exist():
    assert not sorted(marked().keys() - CODES)


def test_the_page_is_made_from_the_marks():
    assert PAGE.read_text() == page(), "run `python -m tests.support.cases`"
