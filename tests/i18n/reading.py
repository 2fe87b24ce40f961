"""Reads templates, scripts and Python as a translator would: what of it will somebody see?"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import nodes

from neural_threads.web.templates.environment import environment

NAMES = {"Neural Threads", "Neural", "Threads"}
SPEAKERS = {"_", "gettext", "ngettext", "lazy_gettext", "pgettext"}
SEEN_ATTRIBUTES = {"placeholder", "title", "aria-label", "alt", "label", "aria-description", "aria-roledescription"}
LETTERS = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"^[“\"]?[A-Z][^<>{}]*[a-z][.?!…]$")
HOLE = "\ufffc"


def literal_words(template: str) -> list[str]:
    """Words that stand in a template itself: between tags, or in an attribute that people see or hear."""
    text = re.sub(
        r"{#.*?#}|{%-?\s*trans\b.*?endtrans\s*-?%}|{%\s*block \w+_class\s*%}.*?{%\s*endblock",
        " ",
        template,
        flags=re.DOTALL,
    )
    text = re.sub(r"{{.*?}}|{%.*?%}", HOLE, text, flags=re.DOTALL)
    reader = _Reader()
    reader.feed(text)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style", "code", "kbd")
        self.found += [f"{name}={value}" for name, value in attrs if name in SEEN_ATTRIBUTES and _speaks(value or "")]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "code", "kbd")

    def handle_data(self, data: str) -> None:
        # `="` and `hidden>`: the inside of a tag that a branch of the template began or ended.
        words = "" if '="' in data else re.sub(r"\b[a-z-]+>", "", data)
        if not self._silent and _speaks(words):
            self.found.append(" ".join(data.split()))


def _speaks(text: str) -> bool:
    for name in sorted(NAMES, key=len, reverse=True):
        text = text.replace(name, "")
    return bool(LETTERS.search(text.replace(HOLE, " ")))


def untranslated_arguments(template: str) -> list[str]:
    """Words handed to a macro or filter without asking gettext: `button('Save')`."""
    return [text for text in _constants(environment().parse(template), spoken=False) if _is_said(text)]


def _constants(node: nodes.Node, *, spoken: bool) -> Iterator[str]:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in SPEAKERS:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _constants(child, spoken=spoken)


def _is_said(text: str) -> bool:
    return bool(re.match(r"[A-Z][a-z]+($|[ ,.:!?])", text)) and text not in NAMES


def sentences_in_script(script: str) -> list[str]:
    """String literals of a script that look like words for people."""
    code = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)|(?m:\s//\s.*$)", "", script, flags=re.DOTALL)
    literals = [found[2] for found in re.finditer(r"""(["'`])((?:\\.|(?!\1).)*)\1""", code)]
    shown = re.findall(
        r"""(?:textContent|innerText|placeholder|title|ariaLabel|alt)\s*=\s*["'`]([^"'`]*[^\W\d_]{2}[^"'`]*)""", code
    )
    shown += re.findall(r"""(?:announce|alert|confirm|prompt)\(\s*["'`]([^"'`]+)""", code)
    shown += re.findall(r"""setAttribute\(\s*["'](?:title|aria-label|placeholder|alt)["'],\s*["'`]([^"'`]+)""", code)
    return list(dict.fromkeys(shown + [text for text in literals if re.match(r"[A-Z][a-z']+ [a-z]", text)]))


def sentences_in_python(path: Path) -> list[str]:
    """Sentences of a module that are neither documentation nor given to gettext or the log."""
    tree = ast.parse(path.read_text())
    silent = set(_documentation(tree)) | set(_spoken_or_logged(tree))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
        if SENTENCE.match(node.value) and " " in node.value
    ]


def _documentation(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                yield id(child.value)


def _spoken_or_logged(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _callee(node) in SPEAKERS | {"info", "warning", "error", "debug", "_setting"}:
            yield from (id(each) for each in ast.walk(node))
        if isinstance(node, ast.keyword) and node.arg in ("summary", "description"):
            yield id(node.value)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _callee(node.exc) in BUGS:
            yield from (id(each) for each in ast.walk(node))


BUGS = {
    "LookupError",
    "ValueError",
    "RuntimeError",
    "TypeError",
    "AssertionError",
    "NotImplementedError",
    "SettingsError",
}


def _callee(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
