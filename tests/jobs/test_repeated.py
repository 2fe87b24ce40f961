"""Each job bears repeating: run twice it does what it does once, and killed in the middle it is done by the next worker."""

import asyncio

import pytest

from neural_threads.platform.ids import new_id
from tests.factories.wardrobe import INDIGO, PLACE, RANI, hung
from tests.support.cluster import Ground
from tests.support.worker import said

from .conftest import House, house_on, remove, until
from .test_from_either import design_in
from .test_known import tasks_in_src
from .test_open_pages import late_for

pytestmark = pytest.mark.long  # programs are started and killed


async def twice(house: House, task: str, **facts: object) -> None:
    """Work the same job two times, one after the other."""
    assert task in tasks_in_src()
    for _ in range(2):
        id = house.defer(task, **facts)
        await until(lambda id=id: not house.sql("select 1 from procrastinate_jobs where id = %s", id), 30)


async def test_mails_that_are_sent_twice_are_one(apart: House) -> None:
    cora, dina = await apart.people.customer("Cora"), await apart.people.designer("Dina")
    await until(lambda: len(apart.letters_to(cora.email)) == 1)
    proof, reset, digest = new_id(), new_id(), new_id()
    await twice(apart, "mail_verification", user_id=cora.id, mail_id=proof)
    await twice(apart, "mail_reset", user_id=cora.id, mail_id=reset)
    await apart.people.customer("Odile")
    chat = await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})
    said = {
        "chatId": chat.json()["data"]["id"],
        "content": "Namaste",
        "clientId": "6f1c9a52-0c1e-4b1e-9a53-2f7e6f0d8c13",
    }
    assert (await cora.post("/api/chat/messages", json=said)).status_code == 201
    ids = [id for (id,) in apart.sql("select id from notifications where user_id = %s", dina.id)]
    await twice(apart, "mail_digest", user_id=dina.id, ids=ids, mail_id=digest)
    await twice(apart, "mail_what_waits", timestamp=0)
    for id, email in ((proof, cora.email), (reset, cora.email), (digest, dina.email)):
        [letter] = [one for one in apart.letters_to(email) if one["Message-ID"].startswith(f"<{id}@")]
        assert letter.get_content()
    [link] = [
        line.partition("token=")[2]
        for one in apart.letters_to(cora.email)
        for line in one.get_content().splitlines()
        if "/reset-password?token=" in line
    ]
    new = {"token": link, "password": "eight quiet looms"}
    assert (await apart.people.anonymous().post("/api/auth/reset-password", json=new)).status_code < 300


async def test_a_used_link_does_not_come_back_when_the_job_is_repeated(apart: House) -> None:
    cora = await apart.people.customer("Cora")
    assert (await cora.post("/api/auth/forgot-password", json={"email": cora.email})).status_code < 300
    rows = "select args from procrastinate_jobs where task_name = 'mail_reset'"
    [(asked,)] = await until(lambda: apart.sql(rows))
    assert cora.email not in str(asked)
    is_stored = "select 1 from password_resets where user_id = %s"
    await until(lambda: apart.sql(is_stored, cora.id))
    apart.sql("update users set password_hash = 'another' where id = %s", cora.id)
    apart.sql("delete from password_resets where user_id = %s", cora.id)
    await twice(apart, "mail_reset", **asked)
    assert not apart.sql(is_stored, cora.id)


async def test_customers_hear_once_of_a_late_request(apart: House) -> None:
    cora, tariq = await apart.people.customer("Cora"), await apart.people.tailor("Tariq")
    late_for(apart, cora, tariq)
    await twice(apart, "tell_of_late_requests", timestamp=0)
    assert len(apart.sql("select 1 from notifications where user_id = %s", cora.id)) == 1


async def test_a_colour_is_read_once_and_a_chosen_one_stays(apart: House) -> None:
    cora, dina = await apart.people.customer("Cora"), await apart.people.designer("Dina")
    design = await design_in(apart, dina)
    form = {"csrf_token": await cora.csrf(), "saved": "true"}
    await cora.post(f"/customer/designs/{design}/save", data=form, headers={"Accept": "text/html"})
    [(item, colour)] = await until(
        lambda: apart.sql(
            "select id, color from wardrobe_items where portfolio_item_id = %s and color is not null", design
        )
    )
    await twice(apart, "read_colour_of_piece", item_id=item)
    assert apart.sql("select color from wardrobe_items where id = %s", item) == [(colour,)]


async def test_an_item_whose_reading_was_missed_is_read_within_the_hour(apart: House) -> None:
    cora = await apart.people.customer("Cora")
    missed, unhashed = [(await hung(cora, image))["id"] for image in (RANI, INDIGO)]
    is_read = "select 1 from wardrobe_items where id = %s and read_at is not null and image_hash is not null"
    for item in (missed, unhashed):
        await until(lambda item=item: apart.sql(is_read, item), 60)
    apart.sql(
        "update wardrobe_items set read_at = null, colors = null, created_at = now() - interval '1 hour' where id = %s",
        missed,
    )
    apart.sql("update wardrobe_items set image_hash = null where id = %s", unhashed)
    await twice(apart, "read_missed_wardrobe_items", timestamp=0)
    for item in (missed, unhashed):
        await until(lambda item=item: apart.sql(is_read, item), 60)
    colours = (await cora.get(f"{PLACE}/{missed}")).json()["data"]["colors"]
    assert colours[0]["name"] == "rani"


async def test_erasing_sweeping_and_forgetting_twice_is_once(apart: House) -> None:
    cora, odile = await apart.people.customer("Cora"), await apart.people.customer("Odile")
    made = {one.id: await uploaded(one) for one in (cora, odile)}
    headers = {"X-CSRF-Token": await cora.csrf()}
    assert (await cora.http.request("DELETE", "/api/users/account", headers=headers)).status_code == 200
    originals = apart.server.data_dir / "media" / "originals"
    await until(lambda: not (originals / made[cora.id]).exists())
    await twice(apart, "drop_pictures", public_ids=[made[cora.id], "u/aa/nothing"])
    for task in ("erase_leftovers", "sweep_incoming_uploads", "sweep_pictures", "forget_silent_devices"):
        await twice(apart, task, timestamp=0)
    assert (originals / made[odile.id]).exists()
    assert apart.sql("select 1 from procrastinate_jobs where status = 'failed'") == []


async def test_a_push_is_asked_for_twice_and_nobody_is_told_of_what_is_read(apart: House) -> None:
    dina = await apart.people.designer("Dina")
    await twice(apart, "push_news", user_id=dina.id, notification_id=new_id())


async def uploaded(person) -> str:
    answer = await person.post("/api/upload", files={"file": ("a.png", RANI, "image/png")})
    return str(answer.json()["data"]["publicId"])


@pytest.mark.parametrize("task", ["mail_reset", "mail_verification", "drop_pictures", "tell_of_late_requests"])
async def test_what_a_killed_worker_was_doing_is_done_within_two_minutes(ground: Ground, task: str) -> None:
    house = await house_on(ground, apart=True)
    try:
        cora, tariq = await house.people.customer("Cora"), await house.people.tailor("Tariq")
        await until(lambda: not house.sql("select 1 from procrastinate_jobs"))
        mail_id, public_id = new_id(), await uploaded(cora)
        file = house.server.data_dir / "media" / "originals" / public_id
        late_for(house, cora, tariq)
        facts: dict[str, dict[str, object]] = {
            "mail_reset": {"user_id": cora.id, "mail_id": mail_id},
            "mail_verification": {"user_id": cora.id, "mail_id": mail_id},
            "drop_pictures": {"public_ids": ["u/aa/nothing"] * 20_000 + [public_id]},
            "tell_of_late_requests": {"timestamp": 0},
        }
        done = {
            "drop_pictures": lambda: not file.exists(),
            "tell_of_late_requests": lambda: house.sql(
                "select 1 from notifications where user_id = %s having count(*) = 1", cora.id
            ),
        }
        with holding(house, cora.id):
            house.defer(task, **facts[task])
            doing = "select worker_id from procrastinate_jobs where status = 'doing'"
            await until(lambda: house.sql(doing))
            house.worker.kill()
        assert house.sql(doing), "it was killed in the middle"
        await house.worker.start()
        await until(lambda: not house.sql("select 1 from procrastinate_jobs"), 120)
        assert [one["task"] for one in said(house.worker.log, "job_stalled")] == [task]
        assert done.get(task, lambda: house.server.outbox / f"{mail_id}.eml")()
        if task.startswith("mail"):
            assert (house.server.outbox / f"{mail_id}.eml").exists()
    finally:
        await remove(ground, house)


def holding(house: House, user_id: str):
    """Hold this person's row and requests, so that the job stops in its middle for a moment."""
    import contextlib

    import psycopg

    @contextlib.contextmanager
    def held():
        with psycopg.connect(house.server.dsn) as connection:
            connection.execute("select 1 from users where id = %s for update", [user_id])
            connection.execute("lock table notifications in exclusive mode")
            yield
            connection.rollback()

    return held()


async def test_a_killed_server_does_after_its_start_what_it_was_doing(ground: Ground) -> None:
    house = await house_on(ground, apart=False)
    try:
        cora = await house.people.customer("Cora")
        await until(lambda: house.letters_to(cora.email) and not house.sql("select 1 from procrastinate_jobs"))
        mail_id = new_id()
        house.defer("mail_reset", user_id=cora.id, mail_id=mail_id)
        await until(lambda: house.sql("select 1 from procrastinate_jobs where status = 'doing'"))
        house.server.kill()
        await house.server.start()
        await until(lambda: (house.server.outbox / f"{mail_id}.eml").exists(), 120)
        await asyncio.sleep(0.5)
        assert house.sql("select 1 from procrastinate_jobs") == []
    finally:
        await remove(ground, house)
