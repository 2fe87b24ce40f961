"""DELETE /api/users/account: who may, what ends at once, and what the other side keeps."""

import asyncio
import re

import pytest

from tests.accounts.test_ended_sockets import closed, line_of
from tests.factories.orders import told_to
from tests.media.bad_files import jpeg
from tests.media.test_upload import upload
from tests.support.deadlines import within
from tests.support.people import PASSWORD


async def leave(person, **body):
    return await person.http.request(
        "DELETE",
        "/api/users/account",
        headers={"X-CSRF-Token": await person.csrf()},
        **({"json": body} if body else {}),
    )


async def age_session(db, person, minutes):
    await db.execute(
        "update sessions set created_at = now() - make_interval(mins => %(minutes)s) where user_id = %(me)s",
        minutes=minutes,
        me=person.id,
    )


@pytest.mark.case("A14")
async def test_cora_leaves_and_every_device_is_out_at_once(people, db):
    cora = await people.customer()
    phone, token = await cora.another_device(), await cora.token()
    answer = await leave(cora)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert "Max-Age=0" in "".join(answer.headers.get_list("set-cookie"))
    for one, headers in ((phone, {}), (cora, {}), (people.anonymous(), {"Authorization": f"Bearer {token}"})):
        assert (await one.get("/api/auth/me", headers=headers)).status_code == 401
    assert (await phone.post("/api/auth/refresh")).status_code == 401
    again = await people.anonymous().post("/api/auth/login", json={"email": cora.email, "password": cora.password})
    assert again.status_code == 401
    await phone.close()


@pytest.mark.case("C08")
async def test_her_sockets_end_within_two_seconds(people):
    cora, odile = await people.customer(), await people.customer("Odile")
    async with line_of(cora) as hers, line_of(odile) as odiles:
        assert (await leave(cora)).status_code == 200
        with within(2):
            await closed(hers)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                while True:
                    await odiles.recv()


async def test_after_ten_minutes_the_password_is_asked_for(people, db):
    cora = await people.customer()
    await age_session(db, cora, 11)
    assert (await cora.post("/api/auth/refresh")).status_code == 200, "renewing is no signing in"
    cora.forget_csrf()
    for body in ({}, {"password": "not this one"}):
        refused = await leave(cora, **body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "REAUTH_REQUIRED")
        assert "password" in refused.json()["error"]["fields"]
    assert (await cora.get("/api/auth/me")).status_code == 200
    assert (await leave(cora, password=PASSWORD)).status_code == 200


async def test_nine_minutes_are_fresh_and_a_wrong_password_is_wrong_even_then(people, db):
    cora = await people.customer()
    await age_session(db, cora, 9)
    assert (await leave(cora, password="not this one")).status_code == 403
    assert (await leave(cora, passwrd="x")).status_code == 422
    assert (await leave(cora)).status_code == 200


async def test_strangers_delete_nobody(people):
    assert (await leave(people.anonymous())).status_code == 401
    assert (await people.anonymous().get("/api/users/export")).status_code == 401
    cora = await people.customer()
    assert (await cora.http.request("DELETE", "/api/users/account")).status_code == 403, "no CSRF token"
    wrong = await cora.delete("/api/users/account", content="{}", headers={"Content-Type": "text/plain"})
    assert wrong.status_code == 415


async def test_two_taps_are_one_departure(people):
    cora = await people.customer()
    answers = await asyncio.gather(*(leave(cora) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {200, 401}
    assert any(answer.status_code == 200 for answer in answers)


async def test_the_address_is_free_again(people):
    cora = await people.customer()
    assert (await leave(cora)).status_code == 200
    back = await people.customer(email=cora.email.upper())
    assert back.id != cora.id
    assert (await back.get("/api/chat")).json()["data"] == []


@pytest.mark.case("F19")
async def test_her_images_are_gone_for_everybody(people, server, soon):
    cora = await people.customer()
    data = (await upload(cora, jpeg())).json()["data"]
    assert (await people.anonymous().get(data["url"])).status_code == 200
    assert (await leave(cora)).status_code == 200
    assert (await people.anonymous().get(data["url"])).status_code == 404
    original = server.data_dir / "media" / "originals" / data["publicId"]
    await soon(lambda: not original.exists())


async def test_dina_keeps_her_side_of_the_chat(people):
    cora, dina = await people.customer(), await people.designer()
    profile = (await dina.me())["designer"]["id"]
    chat = (await cora.post("/api/chat", json={"designerId": profile})).json()["data"]["id"]
    image = (await upload(cora, jpeg())).json()["data"]["publicId"]
    await cora.post("/api/chat/messages", json={"chatId": chat, "content": "Like this one", "imageUrl": image})
    await dina.post("/api/chat/messages", json={"chatId": chat, "content": "Lovely"})
    assert (await leave(cora)).status_code == 200
    said = (await dina.get(f"/api/chat/messages?chatId={chat}")).json()["data"]
    assert [(m["content"], m["imageUrl"]) for m in said] == [("Like this one", None), ("Lovely", None)]
    assert said[0]["senderName"] == "Deleted user"
    assert (await dina.get("/api/chat")).json()["data"][0]["otherUser"]["name"] == "Deleted user"
    assert (await dina.post("/api/chat/messages", json={"chatId": chat, "content": "Hello?"})).status_code == 201
    assert all("Cora" not in message for _title, message, _link in await told_to(dina))


@pytest.mark.case("G15")
async def test_her_review_stays_and_counts(people, db):
    cora, dina = await people.customer(), await people.designer()
    profile = (await dina.me())["designer"]["id"]
    await db.execute(
        """
        insert into reviews (id, customer_id, designer_id, rating, comment)
        select 'r' || c.id, c.id, %(dina)s, 4, 'Kept every promise' from customers c where c.user_id = %(cora)s
        """,
        dina=profile,
        cora=cora.id,
    )
    await db.execute("update designers set rating_sum = 4, review_count = 1 where id = %(dina)s", dina=profile)
    assert (await leave(cora)).status_code == 200
    seen = (await people.anonymous().get(f"/api/designers/{profile}")).json()["data"]
    assert (seen["rating"], seen["reviewCount"]) == (4.0, 1)
    assert [review["comment"] for review in seen["reviews"]] == ["Kept every promise"]
    assert "Deleted user" in str(seen["reviews"][0])
    assert "Cora" not in str(seen["reviews"])


async def test_a_provider_who_left_is_found_no_more(people):
    cora, dina, tariq = await people.customer(), await people.designer("Dinesh"), await people.tailor("Tarun")
    profile, shop = (await dina.me())["designer"]["id"], (await tariq.me())["tailor"]["id"]
    await cora.put(f"/api/designers/{profile}/save")
    waits = {"tailorId": shop, "description": "Take it in"}
    asked = (await cora.post("/api/alterations", json=waits)).json()["data"]["id"]
    for provider in (dina, tariq):
        assert (await leave(provider)).status_code == 200
    assert (await cora.get(f"/api/designers/{profile}")).status_code == 404
    assert (await cora.get("/api/designers?saved=true")).json()["data"] == []
    assert (await cora.post("/api/chat", json={"designerId": profile})).status_code == 404
    assert (await cora.post("/api/alterations", json=waits)).status_code == 404
    request = (await cora.get(f"/api/alterations/{asked}")).json()["data"]
    assert (request["status"], request["tailor"]["name"]) == ("REJECTED", "Deleted user")
    assert (await cora.get(f"/customer/alterations/{asked}", headers={"Accept": "text/html"})).status_code == 200


async def test_what_cora_asked_for_is_called_off_unless_it_has_begun(people, db):
    cora, tariq = await people.customer(), await people.tailor()
    shop = (await tariq.me())["tailor"]["id"]
    ids = []
    for words in ("Hem", "Zip", "Waist"):
        answer = await cora.post("/api/alterations", json={"tailorId": shop, "description": words})
        ids.append(answer.json()["data"]["id"])
    for id, status in zip(ids, ("PENDING", "ACCEPTED", "IN_PROGRESS"), strict=True):
        await db.execute("update alteration_requests set status = %(status)s where id = %(id)s", status=status, id=id)
    assert (await leave(cora)).status_code == 200
    found = {one["id"]: one for one in (await tariq.get("/api/alterations")).json()["data"]}
    assert [found[id]["status"] for id in ids] == ["CANCELLED", "CANCELLED", "IN_PROGRESS"]
    assert {one["customer"]["name"] for one in found.values()} == {"Deleted user"}
    told = [message for _title, message, link in await told_to(tariq) if link and link.endswith(ids[2])]
    assert told[-1] == "The other person’s account was deleted. What you agreed on stays here."
    done = await tariq.put(f"/api/alterations/{ids[2]}", json={"status": "COMPLETED"})
    assert done.status_code == 200


async def test_what_tariq_had_taken_on_is_cancelled_when_he_leaves(people, db):
    cora, odile, tariq = await people.customer(), await people.customer("Odile"), await people.tailor()
    shop = (await tariq.me())["tailor"]["id"]
    ids = []
    for words in ("Hem", "Zip", "Waist", "Sleeve"):
        answer = await cora.post("/api/alterations", json={"tailorId": shop, "description": words})
        ids.append(answer.json()["data"]["id"])
    stood = ("PENDING", "ACCEPTED", "IN_PROGRESS", "COMPLETED")
    for id, status in zip(ids, stood, strict=True):
        await db.execute("update alteration_requests set status = %(status)s where id = %(id)s", status=status, id=id)
    assert (await leave(tariq)).status_code == 200
    found = {one["id"]: one for one in (await cora.get("/api/alterations")).json()["data"]}
    assert [found[id]["status"] for id in ids] == ["REJECTED", "CANCELLED", "CANCELLED", "COMPLETED"]
    begun = (await cora.get(f"/api/alterations/{ids[2]}")).json()["data"]
    assert (
        begun["statusMessage"]
        == "This request is cancelled, because the account of the designer or tailor was deleted."
    )
    last = begun["events"][-1]
    assert (last["fromStatus"], last["toStatus"]) == ("IN_PROGRESS", "CANCELLED")
    assert last["sentence"] == "Deleted user cancelled the request"
    told = [message for _title, message, link in await told_to(cora) if link and link.endswith(ids[2])]
    assert told[-1] == "This request is cancelled, because one of the two accounts was deleted."
    assert await told_to(odile) == []
    again = await cora.put(f"/api/alterations/{ids[2]}", json={"status": "CANCELLED"})
    assert again.status_code == 200, "cancelling what is cancelled is no mistake"


async def test_nothing_leads_to_a_provider_who_left_and_the_reader_hears_it_in_their_language(people, db):
    cora, dina = await people.customer(), await people.designer()
    profile = (await dina.me())["designer"]["id"]
    chat = (await cora.post("/api/chat", json={"designerId": profile})).json()["data"]["id"]
    asks = {"designerId": profile, "description": "A sari blouse", "chatId": chat}
    asked = (await cora.post("/api/design-requests", json=asks)).json()["data"]["id"]
    places = (f"/customer/chats/{chat}", f"/customer/design-requests/{asked}", "/customer", "/notifications")
    html = {"Accept": "text/html"}
    assert f"/customer/designers/{profile}" in (await cora.get(places[0], headers=html)).text
    assert (await leave(dina)).status_code == 200
    await cora.put("/api/users/profile", json={"languagePreference": "HINDI"})
    for place in places:
        page = await cora.get(place, headers=html)
        assert page.status_code == 200
        assert profile not in page.text, f"{place} leads to somebody who is not there"
        assert "Deleted user" not in page.text
    assert "हटाया गया व्यक्ति" in (await cora.get(places[0], headers=html)).text
    other = (await cora.get("/api/chat")).json()["data"][0]["otherUser"]
    assert (other["name"], other["isDeleted"]) == ("Deleted user", True)
    designer = (await cora.get(f"/api/design-requests/{asked}")).json()["data"]["designer"]
    assert (designer["name"], designer["isDeleted"]) == ("Deleted user", True)


async def test_a_message_that_was_only_an_image_says_that_it_is_gone(people):
    cora, dina = await people.customer(), await people.designer()
    profile = (await dina.me())["designer"]["id"]
    chat = (await cora.post("/api/chat", json={"designerId": profile})).json()["data"]["id"]
    image = (await upload(cora, jpeg())).json()["data"]["publicId"]
    await cora.post("/api/chat/messages", json={"chatId": chat, "imageUrl": image})
    html = {"Accept": "text/html"}

    async def shown(place):
        return re.findall(
            r'<span\s+class="bubble-gone"[^>]*?( hidden)?\s*>', (await dina.get(place, headers=html)).text
        )

    assert "Picture removed" not in (await dina.get("/designer/chats", headers=html)).text
    assert (await shown(f"/designer/chats/{chat}"))[0] == " hidden"
    assert (await leave(cora)).status_code == 200
    assert "Picture removed" in (await dina.get("/designer/chats", headers=html)).text
    assert (await shown(f"/designer/chats/{chat}"))[0] == ""
