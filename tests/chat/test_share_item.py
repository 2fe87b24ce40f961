"""Showing a piece: the same picture, seen by whoever is in the chat. And what a customer lets a designer see beside it."""

from typing import Any
from uuid import uuid4

from tests.media.bad_files import jpeg
from tests.media.test_upload import upload


async def hung_up(db: Any, who: Any, name: str, item: str = "") -> tuple[str, str]:
    """A piece of somebody's wardrobe; its id and its picture's."""
    image = item or (await upload(who, jpeg())).json()["data"]["publicId"]
    id = f"w{uuid4().hex}"
    await db.execute(
        """
        insert into wardrobe_items (id, customer_id, image_id, category, name)
        select %(id)s, k.id, %(picture)s, 'DRESS', %(name)s from customers k where k.user_id = %(me)s
        """,
        id=id,
        picture=image,
        name=name,
        me=who.id,
    )
    return id, image


async def portfolio(db: Any, talk: Any, description: str) -> tuple[str, str]:
    image = (await upload(talk.dina, jpeg())).json()["data"]["publicId"]
    id = f"p{uuid4().hex}"
    await db.execute("update media set visibility = 'public' where public_id = %(picture)s", picture=image)
    await db.execute(
        """
        insert into portfolio_items (id, designer_id, image_id, description, category)
        values (%(id)s, %(designer)s, %(picture)s, %(description)s, 'BRIDAL')
        """,
        id=id,
        designer=talk.dina_id,
        picture=image,
        description=description,
    )
    return id, image


async def test_cora_shows_an_item_of_her_wardrobe(talk: Any, db: Any, line: Any) -> None:
    dina = await line(talk.dina)
    id, image = await hung_up(db, talk.cora, "Grandmother's sari")
    assert id in [one["id"] for one in (await talk.cora.get("/api/chat/shareable")).json()["data"]]
    name = str(uuid4())
    answer = await talk.cora.post(f"/api/chat/{talk.id}/share", json={"pieceId": id, "clientId": name})
    assert (answer.status_code, answer.json()["data"]["content"]) == (201, "Grandmother's sari")
    told = await dina.until("receive-message", content="Grandmother's sari")
    assert told["imageUrl"].startswith(f"/media/{image}?sig=")
    assert (await talk.dina.get(told["imageUrl"])).status_code == 200
    assert (await talk.dina.get(f"/media/{image}")).status_code == 404, "the signature is what opens it"
    again = await talk.cora.post(f"/api/chat/{talk.id}/share", json={"pieceId": id, "clientId": name})
    assert (again.status_code, again.json()["data"]["id"]) == (200, told["id"])
    assert len((await talk.messages(talk.dina))["data"]) == 1


async def test_dina_shows_an_item_of_her_portfolio(talk: Any, db: Any) -> None:
    id, image = await portfolio(db, talk, "Peacock\n lehenga")
    shown = (await talk.dina.get("/api/chat/shareable")).json()["data"]
    assert [one["name"] for one in shown if one["id"] == id] == ["Peacock lehenga"]
    assert (await talk.dina.post(f"/api/chat/{talk.id}/share", json={"pieceId": id})).status_code == 201
    said = (await talk.messages(talk.cora))["data"][-1]
    assert (said["content"], said["imageUrl"].startswith(f"/media/{image}")) == ("Peacock lehenga", True)


async def test_a_saved_design_can_be_shown_to_anybody_one_talks_with(talk: Any, db: Any) -> None:
    _item, image = await portfolio(db, talk, "Saved")
    id, _image = await hung_up(db, talk.cora, "Like this one", image)
    assert (await talk.cora.post(f"/api/chat/{talk.id}/share", json={"pieceId": id})).status_code == 201


async def test_nobody_shows_what_is_not_theirs_or_where_they_are_not(talk: Any, db: Any) -> None:
    mine, _ = await hung_up(db, talk.cora, "Mine")
    theirs, _ = await hung_up(db, talk.odile, "Odile's")
    assert (await talk.cora.post(f"/api/chat/{talk.id}/share", json={"pieceId": theirs})).status_code == 404
    assert (await talk.odile.post(f"/api/chat/{talk.id}/share", json={"pieceId": theirs})).status_code == 404
    assert (await talk.dina.post(f"/api/chat/{talk.id}/share", json={"pieceId": mine})).status_code == 404
    answer = await talk.cora.post(f"/api/chat/{talk.id}/share", json={"pieceId": "../x y"})
    assert list(answer.json()["error"]["fields"]) == ["pieceId"]
    html = {"Accept": "text/html"}
    assert (await talk.odile.get(f"/customer/chats/{talk.id}/share", headers=html)).status_code == 404


async def test_without_scripts_a_page_shows_what_can_be_shown(talk: Any, db: Any) -> None:
    id, _ = await hung_up(db, talk.cora, "By hand")
    html = {"Accept": "text/html"}
    page = await talk.cora.get(f"/customer/chats/{talk.id}/share", headers=html)
    assert "By hand" in page.text
    form = {"csrf_token": await talk.cora.csrf(), "pieceId": id, "clientId": str(uuid4())}
    for _press in range(2):
        sent = await talk.cora.http.post(f"/customer/chats/{talk.id}/share", data=form, headers=html)
        assert sent.status_code == 303
    assert [one["content"] for one in (await talk.messages(talk.dina))["data"]] == ["By hand"]


async def test_a_designer_sees_what_cora_lets_be_seen(talk: Any) -> None:
    facts = {"stylePreferences": ["Block print", "Handloom"], "bodyShape": "PEAR", "budgetMin": 2000, "budgetMax": 9000}
    switches = {"sharesStyle": True, "sharesBodyShape": False, "sharesBudget": False}
    await talk.cora.put("/api/users/profile", json=facts | switches)

    async def seen() -> dict[str, Any]:
        return (await talk.dina.get(f"/api/chat/{talk.id}/customer")).json()["data"]

    html = {"Accept": "text/html"}
    assert await seen() == {
        "id": talk.cora.id,
        "name": "Cora",
        "stylePreferences": ["Block print", "Handloom"],
        "bodyShape": None,
        "budgetMin": None,
        "budgetMax": None,
    }
    page = (await talk.dina.get(f"/designer/chats/{talk.id}", headers=html)).text
    assert "Block print" in page
    assert "Pear" not in page
    await talk.cora.put("/api/users/profile", json={"sharesBodyShape": True, "sharesBudget": True})
    now = await seen()
    assert (now["bodyShape"], now["budgetMin"], now["budgetMax"]) == ("PEAR", 2000, 9000)
    await talk.cora.put("/api/users/profile", json=dict.fromkeys(switches, False))
    assert {value for key, value in (await seen()).items() if key not in ("id", "name")} == {None}
    assert "Block print" not in (await talk.dina.get(f"/designer/chats/{talk.id}", headers=html)).text


async def test_nobody_else_sees_it(talk: Any) -> None:
    await talk.cora.put("/api/users/profile", json={"stylePreferences": ["Handloom"], "sharesStyle": True})
    path = f"/api/chat/{talk.id}/customer"
    assert (await talk.cora.get(path)).status_code == 403
    assert (await talk.odile.get(path)).status_code == 404
    assert (await talk.tariq.get(path)).status_code == 404
    other = (await talk.cora.post("/api/chat", json={"tailorId": talk.tariq_id})).json()["data"]["id"]
    seen = (await talk.tariq.get(f"/api/chat/{other}/customer")).json()["data"]
    assert (seen["name"], seen["stylePreferences"]) == ("Cora", None)
