"""POST /api/chatbot (cases H01, H08, H09, H11 and H12)."""

import asyncio
from uuid import uuid4

from neural_threads.platform.db import Db
from tests.stylist.asking import ask, asked, segments_of
from tests.support.people import People
from tests.wardrobe.wearing import hung


async def test_cora_asks_and_is_answered(people: People) -> None:
    cora = await people.customer()
    answer = await asked(cora, "What can I wear to a sangeet tomorrow?")
    assert set(answer) >= {"response", "conversationId", "messageId", "segments", "isMock"}
    assert answer["isMock"] is True
    assert answer["response"].strip()
