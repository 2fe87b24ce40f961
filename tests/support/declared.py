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
    declared = next((codes for form, codes in _declared(answer.request.method) if form.fullmatch(path)), None)
    if declared is not None and code not in BEFORE_HANDLERS:
        assert (answer.status_code, code) in declared, f"{answer.request.method} {path} does not declare {code}"


@cache
def _declared(method: str) -> list[tuple[re.Pattern[str], set[tuple[int, str]]]]:
    """For each address with this method: a pattern of it, and its refusals. Addresses without parameters come first."""
    from neural_threads.platform.config import get_settings
    from neural_threads.web.app import create_litestar
    from neural_threads.web.http.responses import status_of
    from neural_threads.web.openapi.operation import operations_of

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        operations = sorted(operations_of(create_litestar(get_settings())), key=lambda each: each.path.count("{"))
    return [
        (
            re.compile(re.sub(r"\{\w+:(\w+)\}", lambda kind: ".+" if kind[1] == "path" else "[^/]+", each.path)),
            {(status_of(kind.__new__(kind)), code) for kind, code in each.refusals},
        )
        for each in operations
        if each.method == method
    ]
