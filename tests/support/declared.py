"""Every refusal of the API that a test meets must be one that its handler declares."""

import re
import warnings
from functools import cache

import httpx

BEFORE_HANDLERS = {"ANOTHER_PERSON", "METHOD_NOT_ALLOWED"}
"""Refusals that no handler can cause, and any may meet."""


def check_declared(answer: httpx.Response) -> None:
    """Raise AssertionError for an error code that the document does not show for this method, address and status."""
    path = answer.request.url.path
    if answer.status_code < 400 or answer.status_code == 500 or not path.startswith("/api/"):
        return
    code = answer.json()["error"]["code"]
    method = answer.request.method
    declared = next(
        (codes for verb, form, codes in declared_refusals() if verb == method and form.fullmatch(path)), None
    )
    if declared is not None and code not in BEFORE_HANDLERS:
        assert (answer.status_code, code) in declared, f"{answer.request.method} {path} does not declare {code}"


@cache
def declared_refusals() -> list[tuple[str, re.Pattern[str], set[tuple[int, str]]]]:
    """Every operation's method, a pattern of its address, and its refusals. Addresses without parameters come first.

    The first call makes the whole application, for a second and more, while nothing else in this process moves; what
    measures time calls it before.
    """
    from neural_threads.platform.config import get_settings
    from neural_threads.web.app import create_litestar
    from neural_threads.web.http.responses import status_of
    from neural_threads.web.openapi.operation import operations_of

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        operations = sorted(operations_of(create_litestar(get_settings())), key=lambda each: each.path.count("{"))
    return [
        (
            each.method,
            re.compile(re.sub(r"\{\w+:(\w+)\}", lambda kind: ".+" if kind[1] == "path" else "[^/]+", each.path)),
            {(status_of(kind.__new__(kind)), code) for kind, code in each.refusals},
        )
        for each in operations
    ]
