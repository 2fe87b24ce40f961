"""Requests generated from the OpenAPI document; every answer must be one that it declares."""

import re
from collections import Counter
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

ANY_ANSWER = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
"""What must hold whoever asks for whatever."""
STRICT = [*ANY_ANSWER, negative_data_rejection]
"""And what does not fit the document is refused."""
WITHOUT_CREDENTIALS = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
# Whoever has done these is somebody else afterwards, so each is done by a person of their own.
ONCE_ONLY = {"DELETE /api/users/account", "POST /api/auth/logout", "PUT /api/users/password"}


class Asker:
    """Somebody who sends what is made up, by bearer token or as a visitor with a CSRF token."""

    def __init__(self, url: str, headers: dict[str, str], cookies: dict[str, str]) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.cookies.update(cookies)
        self.headers = headers

    @classmethod
    async def by_token(cls, person: Any) -> "Asker":
        return cls(person.url, {"Authorization": f"Bearer {await person.token()}"}, {})

    @classmethod
    async def visitor(cls, visitor: Any) -> "Asker":
        token = await visitor.csrf()
        return cls(visitor.url, {"X-CSRF-Token": token, "Origin": visitor.url}, dict(visitor.cookies))


def operations_in(document: dict[str, Any]) -> list[Any]:
    """Return what may be asked, by schemathesis's names: `GET /api/designers`."""
    schema = schemathesis.openapi.from_dict(document, config=WITHOUT_CREDENTIALS)
    return [found.ok() for found in schema.get_all_operations()]


def fuzz(
    operation: Any,
    asker: Asker,
    known: dict[str, str],
    tally: Counter[int],
    *,
    examples: int,
    checks: list[Any],
    seed: int | None = None,
) -> dict[str, str]:
    """Ask so many times, half of them about things that exist. Answers what was wrong: title -> the first request of it.

    Without a `seed` it asks the same each time.
    """
    wrong: dict[str, str] = {}

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=seed is None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), about_known=st.booleans())
    def ask(case: Any, about_known: bool) -> None:
        if about_known:
            _name(case, known)
        response = case.call(
            base_url=asker.url, session=asker.session, headers=asker.headers, timeout=60, allow_redirects=False
        )
        tally[response.status_code] += 1
        try:
            case.validate_response(response, checks=checks)
        except FailureGroup as group:
            for failure in group.exceptions:
                told = f"{failure.title} ({response.status_code})"
                wrong.setdefault(told, f"{_words(failure)}\n{case.as_curl_command()}\n{response.text[:300]}")

    (ask if seed is None else hypothesis.seed(seed)(ask))()
    return wrong


def _name(case: Any, known: dict[str, str]) -> None:
    """Put names of things that exist where there are names."""
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            part.update({name: known[name] for name in part if name in known})


def _words(failure: Failure) -> str:
    return re.sub(r"\s+", " ", str(failure))[:400]


def listed(wrong: dict[str, dict[str, str]]) -> str:
    """For a person who must mend it."""
    return "\n\n".join(f"{name}: {title}\n{told}" for name, found in wrong.items() for title, told in found.items())
