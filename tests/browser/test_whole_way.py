"""The main job from the front door to two ticks: sign up, find, ask, be answered, lose the network and lose nothing."""

from playwright.async_api import expect

DESK = {"width": 1440, "height": 900}


async def test_asha_signs_up_finds_dina_asks_and_is_answered(people, page_for, browsing):
    dina = await people.designer(name="Dina Whole-Way Rao")
    asha = await page_for(None)

    await asha.goto("/")
    await asha.get_by_role("link", name="Sign up").first.click()
    await asha.get_by_label("Your name").fill("Asha Menon")
    await asha.get_by_label("E-mail").fill(f"asha-{dina.id}@example.com")
    await asha.get_by_label("Password", exact=True).fill("a long way to the sea")
    await asha.get_by_role("button", name="Create my account").click()

    await asha.wait_for_url("**/customer")
    await expect(asha.get_by_role("heading", name="Asha")).to_be_visible()
    await asha.locator(".tabs").get_by_role("link", name="Discover").click()
    await asha.wait_for_url("**/customer/designers")
    await asha.get_by_role("searchbox").first.fill("whole-way")
    await expect(asha.get_by_text("“whole-way”")).to_be_visible()
    await expect(asha.get_by_text("Dina Whole-Way Rao").first).to_be_visible()
    await asha.get_by_role("button", name="Chat now").click()
    await asha.wait_for_url("**/customer/chats/*")

    await asha.get_by_role("textbox", name="Write").fill("Would you sew a lehenga for a sangeet?")
    await asha.get_by_role("button", name="Send").click()
    await expect(asha.get_by_role("log").get_by_text("Would you sew a lehenga for a sangeet?")).to_be_visible()

    hers = await page_for(dina, viewport=DESK)
    await hers.goto("/designer/chats")
    await hers.get_by_text("Asha Menon").first.click()
    await expect(hers.get_by_text("Would you sew a lehenga for a sangeet?").last).to_be_visible()
    await hers.get_by_role("textbox", name="Write").fill("Gladly. Which evening?")
    await hers.get_by_role("button", name="Send").click()
    await expect(asha.get_by_text("Gladly. Which evening?").last).to_be_visible()

    asked = asha.locator(".bubble", has_text="Would you sew a lehenga for a sangeet?").last
    await expect(asked.get_by_role("img", name="Read")).to_be_visible()

    browsing.forgive("ERR_INTERNET_DISCONNECTED")
    await asha.context.set_offline(True)
    await asha.get_by_role("textbox", name="Write").fill("The fourth of December.")
    await asha.get_by_role("button", name="Send").click()
    await expect(asha.get_by_text("The fourth of December.").last).to_be_visible()
    await asha.context.set_offline(False)
    await expect(hers.get_by_text("The fourth of December.").last).to_be_visible(timeout=20_000)
    await expect(hers.get_by_text("The fourth of December.")).to_have_count(await _shown_once(hers))


async def _shown_once(page) -> int:
    """In the thread once, and perhaps as the last words in the list beside it."""
    return 1 + await page.locator("chat-list").get_by_text("The fourth of December.").count()
