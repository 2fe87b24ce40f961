"""What people do on the wardrobe's page."""

from typing import Any

from playwright.async_api import Page

PLACE = "/customer/wardrobe"


def file(data: bytes, name: str) -> Any:
    return {"name": name, "mimeType": "image/png", "buffer": data}


def cards(page: Page) -> Any:
    """The names of the pieces that hang there for everybody to see."""
    return page.locator("[data-id]:visible .worn-name")


async def ready(page: Page) -> None:
    await page.locator("wardrobe-rail:defined").wait_for()


async def queue(page: Page, *images: Any) -> None:
    """Choose pictures; they are sent without any further press."""
    await page.locator("wardrobe-queue:defined input[type=file]").set_input_files(list(images))
