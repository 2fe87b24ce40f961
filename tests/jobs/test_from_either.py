"""What people wait for arrives, whether the server works its jobs or a worker does."""

from datetime import datetime, timedelta

from neural_threads.features.notifications.quiet_hours import is_night
from neural_threads.platform.i18n import HOME_ZONE
from neural_threads.platform.ids import new_id
from tests.factories.wardrobe import PLACE, RANI
from tests.support.people import Person

from .conftest import House, until


async def test_the_mail_that_proves_an_address(house: House) -> None:
    cora = await house.people.customer("Cora")
    [letter] = await until(lambda: house.letters_to(cora.email))
    assert "/verify-email?token=" in letter.get_content()


async def test_the_mail_that_lets_her_choose_a_new_password_and_none_to_a_stranger(house: House) -> None:
    cora = await house.people.customer("Cora")
    visitor = house.people.anonymous()
    for email in ("nobody-here@example.com", cora.email):
        assert (await visitor.post("/api/auth/forgot-password", json={"email": email})).status_code < 300
    await until(lambda: [one for one in house.letters_to(cora.email) if "/reset-password?token=" in one.get_content()])
    await until(lambda: not house.sql("select 1 from procrastinate_jobs where task_name = 'mail_reset'"))
    assert house.letters_to("nobody-here@example.com") == []


async def test_the_mail_about_what_waits(house: House) -> None:
    cora, dina = await house.people.customer("Cora"), await house.people.designer("Dina")
    chat = await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})
    assert (await dina.put("/api/notifications/settings", json={"byMail": ["MESSAGE"]})).status_code == 200
    house.sql("update users set is_email_verified = true where id = %s", dina.id)
    house.sql("update notification_settings set since = now() - interval '1 day' where user_id = %s", dina.id)
    said = {
        "chatId": chat.json()["data"]["id"],
        "content": "Namaste",
        "clientId": "6f1c9a52-0c1e-4b1e-9a53-2f7e6f0d8c11",
    }
    assert (await cora.post("/api/chat/messages", json=said)).status_code == 201
    house.sql("update notifications set unread_since = now() - interval '20 minutes' where user_id = %s", dina.id)
    house.defer("mail_what_waits", timestamp=0)
    if is_night(datetime.now(HOME_ZONE)) or is_night(datetime.now(HOME_ZONE) + timedelta(minutes=1)):
        await until(lambda: not house.sql("select 1 from procrastinate_jobs where task_name = 'mail_what_waits'"))
        assert len(house.letters_to(dina.email)) <= 1, "nobody is written to at night"
        ids = [id for (id,) in house.sql("select id from notifications where user_id = %s", dina.id)]
        house.defer("mail_digest", user_id=dina.id, ids=ids, mail_id=new_id())
    await until(lambda: [one for one in house.letters_to(dina.email) if "/settings#notifications" in one.get_content()])


async def test_the_colour_of_a_design_that_is_kept(house: House) -> None:
    cora, dina = await house.people.customer("Cora"), await house.people.designer("Dina")
    design = await design_in(house, dina)
    form = {"csrf_token": await cora.csrf(), "saved": "true"}
    kept = await cora.post(f"/customer/designs/{design}/save", data=form, headers={"Accept": "text/html"})
    assert kept.status_code == 303, kept.text[:300]
    query = "select 1 from wardrobe_items where portfolio_item_id = %s and color = 'rani'"
    await until(lambda: house.sql(query, design))
    [item] = (await cora.get(PLACE)).json()["data"]["items"]
    assert item["color"] == "rani"


async def test_the_files_of_somebody_who_left_are_erased(house: House) -> None:
    cora = await house.people.customer("Cora")
    public_id = (await cora.post("/api/upload", files={"file": ("a.png", RANI, "image/png")})).json()["data"][
        "publicId"
    ]
    file = house.server.data_dir / "media" / "originals" / public_id
    assert file.exists()
    headers = {"X-CSRF-Token": await cora.csrf()}
    assert (await cora.http.request("DELETE", "/api/users/account", headers=headers)).status_code == 200
    await until(lambda: not file.exists())


async def design_in(house: House, designer: Person) -> str:
    """A design that this designer shows, in the house's database."""
    answer = await designer.post("/api/upload", files={"file": ("a.png", RANI, "image/png")})
    image, id = answer.json()["data"]["publicId"], new_id()
    house.sql("update media set visibility = 'public' where public_id = %s", image)
    house.sql(
        "insert into portfolio_items (id, designer_id, image_id, category, description, position)"
        " select %s, d.id, %s, 'BRIDAL', 'Rani lehenga', 0 from designers d where d.user_id = %s",
        id,
        image,
        designer.id,
    )
    return id
