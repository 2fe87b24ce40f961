"""The document of the API, and who asks."""

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(loop_scope="session")
async def document(server, people):
    """What GET /schema/openapi.json answers."""
    answer = await people.anonymous().get("/schema/openapi.json")
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture
def operations(document):
    """(method and path, operation), all of them."""
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
