"""Fill a form of a rendered page with the values that somebody had typed.

Works on the HTML of any page of ours, so that each form shows a refused form's fields again without code of its own, also
without scripts. Passwords, files and hidden fields stay as the page has them, except hidden fields marked `data-kept`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import accumulate
from typing import NamedTuple
from urllib.parse import urlsplit

Fields = Sequence[tuple[str, str]]
Attributes = dict[str, str | None]
NOT_FILLED = ("password", "file", "submit", "button", "reset", "image")


class Edit(NamedTuple):
    """Replace `start` to `end` of the page by `text`."""

    start: int
    end: int
    text: str


@dataclass
class Control:
    """An input, an option or a textarea: where it stands, and for a textarea where its text stands."""

    tag: str
    name: str
    attributes: Attributes
    start: int
    end: int
    text_start: int = 0
    text_end: int = 0


@dataclass
class Form:
    """A form that posts: where it begins, the <details> around it, and its controls."""

    action: str
    start: int
    details: Control | None
    controls: list[Control] = field(default_factory=list)

    def fits(self, fields: Fields) -> int:
        """Return how many of these fields the form has."""
        return len({name for name, _value in fields} & {control.name for control in self.controls})


def refill(page: str, here: str, action: str, fields: Fields, notice: str) -> str | None:
    """Return the page with the fields in the form that posts to `action`, and `notice` (HTML) before that form.

    `here` is the path of the page, to which forms without an action post. None when the page has no such form.
    """
    reader = _Reader(page)
    forms = [form for form in reader.forms if (urlsplit(form.action).path or here) == action]
    form = max(forms, key=lambda each: each.fits(fields), default=None)
    if form is None:
        return None
    edits = [Edit(form.start, form.start, notice), *_edits_in(form, fields)]
    if form.details and "open" not in form.details.attributes:
        edits.append(_tag(form.details, {**form.details.attributes, "open": None}))
    return _edited(page, edits)


def _edits_in(form: Form, fields: Fields) -> Iterator[Edit]:
    left = list(fields)  # of fields with the same name each control takes the next
    for control in form.controls:
        kind = (control.attributes.get("type") or "text").lower()
        value = control.attributes.get("value") or ""
        if control.tag == "option" or kind in ("checkbox", "radio"):
            mark = "selected" if control.tag == "option" else "checked"
            value = value if "value" in control.attributes else "on"
            is_chosen = (control.name, value) in fields
            others = {key: result for key, result in control.attributes.items() if key != mark}
            yield _tag(control, {**others, mark: None} if is_chosen else others)
        elif control.tag == "textarea" or _is_filled(control, kind):
            given = next((each for each in left if each[0] == control.name), None)
            if given is None:
                continue
            left.remove(given)
            if control.tag == "textarea":  # a first line break would be dropped
                yield Edit(control.text_start, control.text_end, "\n" + escape(given[1], quote=False))
            else:
                yield _tag(control, {**control.attributes, "value": given[1]})


def _is_filled(control: Control, kind: str) -> bool:
    return kind not in NOT_FILLED and (kind != "hidden" or "data-kept" in control.attributes)


def _tag(control: Control, attributes: Attributes) -> Edit:
    words = [name if value is None else f'{name}="{escape(value)}"' for name, value in attributes.items()]
    return Edit(control.start, control.end, f"<{' '.join([control.tag, *words])}>")


def _edited(page: str, edits: list[Edit]) -> str:
    parts, at = [], 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        parts += [page[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, page[at:]])


class _Reader(HTMLParser):
    """Finds the forms of a page that post, and where their controls stand in its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._lines = [0, *accumulate(len(line) + 1 for line in page.split("\n"))]
        self._form: Form | None = None
        self._details: list[Control] = []
        self._select = ""
        self._textarea: Control | None = None
        self.feed(page)
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes: Attributes = dict(attrs)
        start = self._at()
        control = Control(
            tag, attributes.get("name") or "", attributes, start, start + len(self.get_starttag_text() or "")
        )
        if tag == "details":
            self._details.append(control)
        elif tag == "form":
            is_posted = (attributes.get("method") or "").lower() == "post"
            details = self._details[-1] if self._details else None
            self._form = Form(attributes.get("action") or "", start, details) if is_posted else None
            if self._form:
                self.forms.append(self._form)
        elif self._form:
            self._take(control)

    def _take(self, control: Control) -> None:
        assert self._form is not None
        if control.tag == "select":
            self._select = control.name
        elif control.tag == "option" and self._select:
            control.name = self._select
            self._form.controls.append(control)
        elif control.tag == "textarea":
            control.text_start = control.end
            self._textarea = control
        elif control.tag == "input" and control.name:
            self._form.controls.append(control)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "details" and self._details:
            self._details.pop()
        elif tag == "textarea" and self._textarea and self._form:
            self._textarea.text_end = self._at()
            self._form.controls.append(self._textarea)
            self._textarea = None
