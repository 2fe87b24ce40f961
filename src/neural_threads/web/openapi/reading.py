"""What a handler takes and may answer, read from the code that it can reach: nothing of it is written down twice."""

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

import msgspec

from neural_threads.platform.errors import ThreadsError

OURS = "neural_threads."
# Behind these lies nothing that an answer depends on: settings, words, and what happens after the answer.
BEYOND = (
    "neural_threads.platform.config",
    "neural_threads.platform.i18n",
    "neural_threads.platform.jobs",
    "neural_threads.platform.logs",
    "neural_threads.platform.metrics",
    "neural_threads.platform.realtime",
    "neural_threads.web.templates.render",
    "neural_threads.web.http.responses",
)
Refusal = tuple[type[ThreadsError], str]
"""An error, and the code it is raised with."""


@dataclass
class Found:
    """What the code of one handler says about its requests and answers."""

    refusals: set[Refusal] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)
    queries: list[type[msgspec.Struct]] = field(default_factory=list)
    json: list[type[msgspec.Struct]] = field(default_factory=list)
    forms: list[type[msgspec.Struct]] = field(default_factory=list)
    beside_file: list[type[msgspec.Struct]] = field(default_factory=list)
    takes_file: bool = False
    headers: set[str] = field(default_factory=set)
    """Of the request, in lower case."""

    def add(self, other: "Found") -> None:
        """What is said elsewhere, too."""
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, list):
                mine.extend(shape for shape in theirs if shape not in mine)
            elif isinstance(mine, set):
                mine |= theirs
        self.takes_file |= other.takes_file


def read(handler: Callable[..., Any]) -> Found:
    """Follow every name that the handler's code uses, and what those use, as far as it is ours."""
    result = Found()
    seen: set[object] = set()
    waiting: list[object] = [handler]
    while waiting:
        function = waiting.pop()
        if function not in seen:
            seen.add(function)
            results, behind = _look_into(function)
            result.add(results)
            waiting.extend(behind)
    return result


@cache
def _look_into(function: object) -> tuple[Found, list[object]]:
    """Return what one function says by itself, and what it uses. A class may use all its methods."""
    result = Found()
    if isinstance(function, type):
        return result, [inspect.unwrap(part) for part in vars(function).values() if isinstance(part, FunctionType)]
    assert isinstance(function, FunctionType)
    node, names = _node_of(function), _Names(function)
    behind = []
    for part in ast.walk(node) if node else ():
        if isinstance(part, ast.ImportFrom):
            names.learn(part)
        elif isinstance(part, ast.Raise) and part.exc is not None:
            _note_refusal(part.exc, names, result)
        elif isinstance(part, ast.Call):
            _note_refusal(part, names, result)
            _note_call(part, names, result, has_file="file_and_fields" in function.__code__.co_names)
        elif isinstance(part, ast.Name | ast.Attribute) and (used := _ours(names.value(part))):
            behind.append(used)
    return result, behind


def _note_refusal(expression: ast.expr, names: "_Names", result: Found) -> None:
    """`raise X`, `raise X(…, code="Y")`, and an X that is made to be raised later."""
    if isinstance(expression, ast.IfExp):
        _note_refusal(expression.body, names, result)
        _note_refusal(expression.orelse, names, result)
        return
    kind = names.value(expression.func if isinstance(expression, ast.Call) else expression)
    if isinstance(kind, type) and issubclass(kind, ThreadsError):
        result.refusals.add((kind, _keyword(expression, "code") or _code_of(kind)))


def _code_of(kind: type[ThreadsError]) -> str:
    try:
        return kind().code
    except TypeError:  # It wants to know more first.
        return kind.code


def _note_call(call: ast.Call, names: "_Names", result: Found, *, has_file: bool) -> None:
    verb = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if verb in ("ok", "created"):
        result.statuses.add(200 if verb == "ok" else 201)
    elif verb == "Response" and isinstance(status := _keyword(call, "status_code"), int):
        result.statuses.add(status)
    elif verb == "Response" or verb == "Stream":
        result.statuses.add(200)
    elif verb in ("one_file", "file_and_fields"):
        result.takes_file = True
    elif verb == "get" and _is_headers(call.func) and call.args and isinstance(call.args[0], ast.Constant):
        result.headers.add(str(call.args[0].value).lower())
    elif verb in ("decode_query", "decode_json", "decode_form") and len(call.args) == 2:
        lists = {"decode_query": result.queries, "decode_json": result.json}
        target = lists.get(verb, result.beside_file if has_file else result.forms)
        target.extend(shape for shape in names.shapes(call.args[1]) if shape not in target)


def _is_headers(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and getattr(function.value, "attr", "") == "headers"


def _keyword(expression: ast.expr, name: str) -> Any:
    if isinstance(expression, ast.Call):
        for keyword in expression.keywords:
            if keyword.arg == name and isinstance(keyword.value, ast.Constant):
                return keyword.value.value
    return None


class _Names:
    """What the names in a function stand for."""

    def __init__(self, function: object) -> None:
        self._known: dict[str, object] = dict(getattr(function, "__globals__", {}))

    def learn(self, node: ast.ImportFrom) -> None:
        """An import of ours within the function."""
        if not node.level and not (node.module or "").startswith(OURS):
            return
        module = import_module("." * node.level + (node.module or ""), str(self._known.get("__package__")))
        self._known.update({alias.asname or alias.name: getattr(module, alias.name, None) for alias in node.names})

    def value(self, node: ast.expr) -> object:
        """Return what `name` or `module.name` is; None for what is only known while it runs."""
        if isinstance(node, ast.Name):
            return self._known.get(node.id)
        if isinstance(node, ast.Attribute):
            base = self.value(node.value)
            return getattr(base, node.attr, None) if isinstance(base, ModuleType | type) else None
        return None

    def shapes(self, node: ast.expr) -> list[type[msgspec.Struct]]:
        """The shape named here, or all of a table from which one is picked."""
        value = self.value(node.value if isinstance(node, ast.Subscript) else node)
        options = value.values() if isinstance(value, dict) else [value]
        return [option for option in options if isinstance(option, type) and issubclass(option, msgspec.Struct)]


def _ours(value: object) -> object | None:
    """A function or class whose code belongs to the answer."""
    value = inspect.unwrap(value) if callable(value) else None
    if not isinstance(value, FunctionType | type) or (isinstance(value, type) and issubclass(value, ThreadsError)):
        return None
    module = value.__module__ or ""
    return value if module.startswith(OURS) and not module.startswith(BEYOND) else None


def _node_of(function: FunctionType) -> ast.AST | None:
    code = function.__code__
    if not code.co_filename.endswith(".py"):  # Methods that dataclass writes stand in no file.
        return None
    return _nodes_in(code.co_filename).get(code.co_firstlineno)


@cache
def _nodes_in(path: str) -> dict[int, ast.AST]:
    """The functions and methods of a file by the line they begin at, decorators included."""
    with open(path, encoding="utf-8") as source:
        body = ast.parse(source.read()).body
    return {min([node.lineno, *(each.lineno for each in node.decorator_list)]): node for node in _functions_in(body)}


def _functions_in(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _functions_in(node.body)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
