"""What two people do in a chat with two browsers."""

import asyncio
import re
from typing import Any

from playwright.async_api import Page

READY = """
import('shell/socket.js').then(({socket}) =>
  socket().connected && !document.querySelector('chat-list:not(:defined), chat-thread:not(:defined)'))
"""
LEFT = (
    "(me) => import('chat/outbox/outbox_db.js').then(async ({OutboxDb}) => (await new OutboxDb().chatsOf(me)).length)"
)


def bubbles(page: Page) -> Any:
    """The words that are shown, one of each bubble."""
    return page.locator(".bubble p")


async def write(page: Page, text: str) -> None:
    """Type it and press Enter."""
    await page.get_by_label(re.compile("^Write to")).fill(text)
    await page.keyboard.press("Enter")


async def connected(page: Page) -> None:
    """Until the scripts are there and their socket is open."""
    async with asyncio.timeout(45):
        while not await page.evaluate(READY):  # wait_for_function would use eval, which our CSP forbids.
            await asyncio.sleep(0.05)


async def left_in_outbox(page: Page) -> int:
    """In how many chats something waits, of whoever looks at this page."""
    me = await page.locator("chat-unread").get_attribute("data-me")
    return int(await page.evaluate(LEFT, me))


async def said_in(person: Any, chat: str) -> list[str]:
    """Return what a chat holds, as this person is told."""
    messages = (await person.get("/api/chat/messages", params={"chatId": chat})).json()["data"]
    return [message["content"] for message in messages]
