"""Every form of a page bears a second press after the browser's Stop: what it creates is created once."""

import asyncio
import re
from typing import Any

import pytest

from neural_threads.platform.db import Db
from neural_threads.web.app import routes
from tests.factories.wardrobe import INDIGO, RANI, hung, names
from tests.media.bad_files import jpeg
from tests.support.people import People, Person

HTML = {"Accept": "text/html"}
WORDS = {"category": "DRESS", "subcategory": "", "name": "", "color": "", "brand": ""}

BEAR_REPEATING = {
    "sets what it says": """
        /customer/consents /customer/wardrobe/{} /customer/wardrobe/{}/cutout /customer/wardrobe/{}/suggestion
        /customer/wardrobe/{}/worn /customer/wardrobe/looks/{} /customer/wardrobe/looks/{}/worn /customer/virtual-tryon/{}/keep
        /customer/chatbot/{}/rename /customer/chatbot/{}/stop /{}/chats/{}/reactions /{}/chats/replies/{} /{}/portfolio/{}
        /{}/sample-work/{} /{}/portfolio/order /{}/sample-work/order /{}/profile /{}/profile/preview /notifications/{}/open
        /notifications/{}/read /notifications/read-all /notifications/wishes /settings/appearance /settings/password
        /settings/profile /customer/chatbot/outfits/swap
        /customer/chatbot/messages/{}/item""",
    "there is one of it": """
        /customer/chats/new /customer/designers/{}/save /customer/designs/{}/save /customer/designers/{}/reviews
        /customer/tailors/{}/reviews /{}/reviews/{}/reply /customer/chatbot/outfits/keep /signup /signup/designer /signup/tailor""",
    "takes away or ends": """
        /customer/wardrobe/{}/take-down /customer/wardrobe/looks/{}/take-apart /customer/virtual-tryon/{}/delete
        /customer/virtual-tryon/forget-photos /customer/chatbot/{}/delete /{}/chats/replies/{}/delete /{}/portfolio/{}/take-down
        /{}/sample-work/{}/take-down /notifications/devices/{}/end /settings/devices/{}/end /settings/leave /logout""",
    "a status moves once": """
        /{}/requests/{} /customer/alterations/{} /customer/alterations/{}/accept-quote /customer/design-requests/{}
        /customer/design-requests/{}/accept-quote""",
    "a newer letter replaces it": "/forgot-password /settings/verify /verify-email /reset-password",
    "signs in": "/login",
    "`clientId`, tested with chat, stylist and try-on": """
        /{}/chats/{} /{}/chats/{}/share /customer/chatbot /customer/chatbot/{} /customer/chatbot/outfits/send
        /customer/virtual-tryon/{}/share""",
    "`key`, tested with orders": "/customer/alterations/new /customer/design-requests/new",
    "`key`, tested below": """
        /{}/chats/replies /{}/portfolio /{}/sample-work /customer/wardrobe /customer/wardrobe/looks/new /customer/virtual-tryon""",
}


@pytest.mark.case("W01")
def test_every_form_is_known() -> None:
    posts = [path for path, methods, _function in routes() if "POST" in methods and not path.startswith("/api/")]
    plain = {re.sub(r"\{[^}]*\}", "{}", path) for path in posts}
    places = {re.sub(r"^/(designer|tailor)/|^/customer/(?=chats/\{)", "/{}/", path) for path in plain}
    assert sorted(places) == sorted(" ".join(BEAR_REPEATING.values()).split())


Form = dict[str, Any]
File = tuple[str, tuple[str, bytes, str]]


async def pressed(me: Person, page: str, form: Form, files: list[File] | None = None) -> None:
    """Post a form of a page twice at once and once more, as after Stop: each answer leads to the same place."""
    shown = (await me.get(page.partition("#")[0], headers=HTML)).text
    keys = dict(re.findall(r'<input type="hidden" name="(key|clientId)" value="([^"]+)"', shown))

    async def press() -> str:
        sent = form | {"csrf_token": await me.csrf()} | keys
        answer = await me.http.post(page, data=sent, files=files, headers=HTML)
        assert answer.status_code == 303, answer.text[:2000]
        return str(answer.headers["location"])

    places = [*await asyncio.gather(press(), press()), await press()]
    assert len(set(places)) == 1, places


def image(content: bytes, name: str = "pictures") -> File:
    return name, ("a.jpg", content, "image/jpeg")


async def media_of(db: Db, me: Person) -> int:
    """Count the images of this person, without what a job cut out of them meanwhile."""
    sql = """
        select count(*) from media m
         where m.owner_id = %(me)s and not exists (select from wardrobe_items w where w.cutout_id = m.public_id)
    """
    return int(await db.value(sql, me=(await me.me())["id"]))


@pytest.mark.case("W01")
async def test_a_saved_reply_is_saved_once(people: People) -> None:
    dina = await people.designer()
    place = "/designer/chats/replies"
    await pressed(dina, place, {"content": "We open at ten."})
    await pressed(dina, place, {"content": "We open at ten."})
    replies = (await dina.get("/api/chat/replies")).json()["data"]
    assert len(replies) == 2, "one for each page"


@pytest.mark.case("W02")
async def test_what_was_changed_after_stop_is_something_new(people: People) -> None:
    dina = await people.designer()
    shown = (await dina.get("/designer/chats/replies", headers=HTML)).text
    key = re.findall(r'name="key" value="([^"]+)"', shown)[0]
    for words in ("We open at ten.", "We open at eleven.", "We open at ten."):
        form = {"csrf_token": await dina.csrf(), "key": key, "content": words}
        assert (await dina.http.post("/designer/chats/replies", data=form, headers=HTML)).status_code == 303
    replies = (await dina.get("/api/chat/replies")).json()["data"]
    assert [reply["content"] for reply in replies] == ["We open at ten.", "We open at eleven."]


@pytest.mark.case("W02")
async def test_other_words_after_stop_or_back_are_another_message(people: People) -> None:
    cora, tariq = await people.customer(), await people.tailor()
    tailor = (await tariq.me())["tailor"]["id"]
    chat = (await cora.post("/api/chat", json={"tailorId": tailor})).json()["data"]["id"]
    key = "0b0b0b0b-0000-4000-8000-000000000001"
    for words in ("Is it ready?", "Is it ready now?"):
        form = {"content": words, "clientId": key}
        assert (await cora.post(f"/customer/chats/{chat}", data=form, headers=HTML)).status_code == 303
        assert (await cora.post("/customer/chatbot", data=form, headers=HTML)).status_code == 303
    assert len((await cora.get(f"/api/chat/messages?chatId={chat}")).json()["data"]) == 2
    place, form = "/customer/alterations/new", {"tailorId": tailor, "key": "k1", "description": "Shorten it"}
    assert (await cora.post(place, data=form, headers=HTML)).status_code == 303
    asked = await cora.post(place, data=form | {"description": "Let it out"}, headers=HTML)
    assert (asked.status_code, "Send this one only if you want both" in asked.text) == (422, True)
    again = re.search(r'name="key" value="([^"]+)"', asked.text)
    assert again
    form |= {"key": again[1], "description": "Let it out"}
    assert (await cora.post(place, data=form, headers=HTML)).status_code == 303
    assert len((await cora.get("/api/alterations")).json()["data"]) == 2


@pytest.mark.case("W01")
async def test_a_portfolio_image_is_shown_once(people: People, db: Db) -> None:
    dina, tariq = await people.designer(), await people.tailor()
    files = [image(jpeg(300, 200)), image(jpeg(301, 200))]
    await pressed(dina, "/designer/portfolio", {"category": "BRIDAL", "description": "Two of a kind"}, files)
    await pressed(tariq, "/tailor/sample-work", {"description": "A seam"}, files)
    assert len((await dina.get("/api/provider/portfolio")).json()["data"]) == 2
    assert len((await tariq.get("/api/provider/sample-work")).json()["data"]) == 2
    assert await media_of(db, dina) == 2, "what was sent again does not stay behind"


@pytest.mark.case("W01")
async def test_a_wardrobe_item_is_added_once(people: People, db: Db) -> None:
    cora = await people.customer()
    await pressed(cora, "/customer/wardrobe", WORDS | {"name": "Kurta"}, [image(INDIGO), image(RANI)])
    assert await names(cora) == ["Kurta", "Kurta"]
    assert await media_of(db, cora) == 2


@pytest.mark.case("W01")
async def test_a_look_is_put_together_once(people: People) -> None:
    cora = await people.customer()
    item = await hung(cora)
    await pressed(cora, "/customer/wardrobe/looks/new", {"name": "Diwali", "item": item["id"]})
    assert len((await cora.get("/api/chatbot/looks")).json()["data"]) == 1


@pytest.mark.case("W01")
async def test_a_try_on_is_made_once(people: People, db: Db) -> None:
    cora = await people.customer()
    await pressed(
        cora,
        "/customer/virtual-tryon",
        {"person": "figure", "bodyShape": "PEAR"},
        [image(jpeg(400, 600), "outfitImageUrl")],
    )
    assert len((await cora.get("/api/virtual-tryon")).json()["data"]) == 1


@pytest.mark.case("W01")
async def test_an_order_with_an_image_is_sent_once(people: People) -> None:
    cora, tariq = await people.customer(), await people.tailor()
    place = f"/customer/alterations/new?tailorId={(await tariq.me())['tailor']['id']}"
    form = {"tailorId": (await tariq.me())["tailor"]["id"], "description": "Shorten it"}
    await pressed(cora, place, form, [image(jpeg(300, 200), "imageUrls"), image(jpeg(200, 200), "imageUrls")])
    assert [len(order["imageUrls"]) for order in (await cora.get("/api/alterations")).json()["data"]] == [2]


@pytest.mark.case("W01")
async def test_a_message_and_a_question_with_an_image_are_sent_once(people: People) -> None:
    cora, dina = await people.customer(), await people.designer()
    chat = (await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})).json()["data"]
    await pressed(cora, f"/customer/chats/{chat['id']}", {"content": "Like this"}, [image(jpeg(300, 200), "picture")])
    messages = (await cora.get(f"/api/chat/messages?chatId={chat['id']}")).json()["data"]
    assert [message["content"] for message in messages] == ["Like this"]
    await pressed(cora, "/customer/chatbot", {"content": "What goes with it?"}, [image(jpeg(300, 210), "picture")])
    assert len((await cora.get("/api/chatbot/conversations")).json()["data"]) == 1


async def test_a_note_on_an_order_is_left_once(people: People) -> None:
    cora, tariq = await people.customer(), await people.tailor()
    draft = {"tailorId": (await tariq.me())["tailor"]["id"], "description": "Shorten it"}
    order = (await cora.post("/api/alterations", json=draft)).json()["data"]
    for form in ({"quotedPrice": "500"}, {"notes": "Come on Monday"}, {"status": "ACCEPTED"}):
        for _again in range(2):
            answer = await tariq.post(f"/tailor/requests/{order['id']}", data=form, headers=HTML)
            assert answer.status_code == 303, answer.text
    events = (await cora.get(f"/api/alterations/{order['id']}")).json()["data"]["events"]
    assert len(events) == 4


async def test_a_review_and_its_reply_sent_twice_are_not_refused(people: People) -> None:
    cora, dina = await people.customer(), await people.designer()
    profile = f"/customer/designers/{(await dina.me())['designer']['id']}"
    for comment, status in (("Lovely work", 303), ("Lovely work", 303), ("Other words", 409)):
        form = {"rating": "5", "comment": comment}
        assert (await cora.post(f"{profile}/reviews", data=form, headers=HTML)).status_code == status
    review = (await cora.get(f"/api/reviews?designerId={(await dina.me())['designer']['id']}")).json()["data"][0]
    for comment, status in (("Thank\r\nyou", 303), ("Thank\r\nyou", 303), ("Thanks again", 409)):
        answer = await dina.post(f"/designer/reviews/{review['id']}/reply", data={"comment": comment}, headers=HTML)
        assert answer.status_code == status
