"""A look goes into a chat, or with a request to a tailor or designer; nobody else's look does."""

import re
from secrets import token_hex

import pytest

from tests.factories.wardrobe import hung
from tests.support.people import People
from tests.support.sweeps import sweep
from tests.tryon.dressing import drawn, uploaded, wall, worn
from tests.tryon.test_page import HTML, PAGE, sent

pytestmark = pytest.mark.usefixtures("database")


async def test_cora_sends_a_look_once_she_has_agreed(people: People) -> None:
    cora, odile, dina = await people.customer(), await people.customer("Odile"), await people.designer("Dina Rao")
    opened = await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})
    chat = opened.json()["data"]["id"]
    look = await worn(cora)
    place = f"{PAGE}/{look['id']}"
    shown = (await cora.get(place, headers=HTML)).text
    key = re.search(r'name="clientId" value="([^"]+)"', shown)
    assert key
    assert "Dina Rao" in shown
    unsure = await sent(cora, f"{place}/share", chatId=chat, clientId=key[1])
    assert unsure.status_code == 422
    assert "Please say that you want to send it." in unsure.text
    for _ in range(2):  # pressed twice
        answer = await sent(cora, f"{place}/share", chatId=chat, clientId=key[1], isAgreed="true")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/customer/chats/{chat}#latest")
    messages = (await dina.get("/api/chat/messages", params={"chatId": chat})).json()["data"]
    assert [message["imageUrl"].partition("?")[0] for message in messages] == [look["resultImageUrl"].partition("?")[0]]
    assert (await dina.get(messages[0]["imageUrl"])).status_code == 200
    assert (await sent(odile, f"{place}/share", chatId=chat, isAgreed="true")).status_code == 404
    other = await worn(odile)
    assert (await sent(odile, f"{PAGE}/{other['id']}/share", chatId=chat, isAgreed="true")).status_code == 404
    assert (await cora.delete(f"/api/virtual-tryon/{look['id']}")).status_code in (200, 204)
    assert (await dina.get(messages[0]["imageUrl"])).status_code == 200, "what was sent stays in the chat"


async def test_a_photo_is_named_as_ones_body_and_nobody_to_send_to_is_said(people: People) -> None:
    cora, dina = await people.customer(), await people.designer()
    look = await worn(cora, personImageUrl=await uploaded(cora, wall()))
    place = f"{PAGE}/{look['id']}"
    assert "No chats yet." in (await cora.get(place, headers=HTML)).text
    await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})
    assert "It shows my body" in (await cora.get(place, headers=HTML)).text


@pytest.mark.parametrize(("kind", "role"), sweep([("alterations", "tailor"), ("design-requests", "designer")]))
async def test_a_look_goes_with_a_request(people: People, kind: str, role: str) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    name = f"Asha {token_hex(4)}"  # The list shows some of many; other tests have made more.
    provider = await (people.tailor(name) if role == "tailor" else people.designer(name))
    provider_id = (await provider.me())[role]["id"]
    item = await hung(cora, drawn(), name="Blue kurta")
    look = await worn(cora, outfitImageUrl=item["imageUrl"])
    new = f"/customer/{kind}/new?tryOnId={look['id']}"
    image = look["resultImageUrl"].partition("?")[0]
    choice = (await cora.get(f"{new}&search={name}", headers=HTML)).text
    assert f"{role}Id={provider_id}&amp;tryOnId={look['id']}" in choice
    form = (await cora.get(f"{new}&{role}Id={provider_id}", headers=HTML)).text
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key
    assert re.search(rf'name="imageUrls" value="{image}[^"]*" checked', form), re.findall(
        r'name="imageUrls"[^>]*', form
    )
    assert re.search(rf'name="piece"\s+value="{item["id"]}"[^>]*\schecked', form)
    assert (await odile.get(f"{new}&{role}Id={provider_id}", headers=HTML)).status_code == 404
    fields = {
        "key": key[1],
        f"{role}Id": provider_id,
        "imageUrls": image,
        "description": "Sew me this, please, in cotton.",
    }
    answer = await sent(cora, f"/customer/{kind}/new", **fields)
    assert answer.status_code == 303, answer.text
    request = (await provider.get(f"/api/{kind}/{answer.headers['location'].rpartition('/')[2]}")).json()["data"]
    assert [url.partition("?")[0] for url in request["imageUrls"]] == [image]
