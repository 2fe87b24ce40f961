"""Cora and Dina, who talk in many a journey."""

from typing import Any

import pytest


@pytest.fixture
async def pair(people: Any) -> Any:
    """Cora and Dina, who do not talk yet."""
    cora, dina = await people.customer("Cora Nair"), await people.designer("Dina Rao")
    designer_id = (await dina.me())["designer"]["id"]
    return cora, dina, designer_id


@pytest.fixture
async def chat(pair: Any) -> str:
    """The id of their chat, in which nothing has been said."""
    cora, _dina, designer_id = pair
    opened = await cora.post("/api/chat", json={"designerId": designer_id})
    return str(opened.json()["data"]["id"])
