"""What people do with forms in a browser: press, sign in, choose a photo, and sign out elsewhere."""

from playwright.async_api import FilePayload, Page

from tests.media.bad_files import jpeg
from tests.support.people import Person

KEPT = "This is what you wrote. It has not been sent yet."
SIGNED_OUT = "You have been signed out. What you wrote is kept."


async def button(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def end_session_of(person: Person) -> None:
    """What a press on "Sign out" beside this device does on another device."""
    phone = await person.another_device()
    sessions = (await phone.get("/api/auth/sessions")).json()["data"]
    for session in sessions:
        if not session["isCurrent"]:
            assert (await phone.delete(f"/api/auth/sessions/{session['id']}")).status_code == 200
    await phone.close()


async def sign_in(page: Page, person: Person) -> None:
    """On the page of signing in."""
    await page.get_by_label("E-mail").fill(person.email)
    await page.locator("#field-password").fill(person.password)
    await button(page, "Sign in")


def photo(name: str = "photo.jpg") -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": jpeg(300, 300)}
