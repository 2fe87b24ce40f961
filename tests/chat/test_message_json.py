"""PostgreSQL writes the JSON of a page: letter by letter what we would write from the rows, for whatever can be said."""

from typing import Any
from uuid import uuid4

import msgspec

from neural_threads.features.accounts.queries import person_of
from neural_threads.features.chat.message_page import json_of, messages_in
from neural_threads.features.chat.queries import message_for
from neural_threads.features.chat.shapes import MessageSearch
from neural_threads.platform.db import Db
from neural_threads.platform.serialization.encode import encode
from tests.media.bad_files import jpeg
from tests.media.test_upload import upload

ODD = [
    "Namaste!",
    'She said "no", \\ and / or \\u0041',
    "x" + "".join(chr(code) for code in range(1, 32)) + "\x7f\x85\u2028\u2029",
    "e" + "\u0301" * 40 + "‮ ​ \ufeff",
    "ನಾಳೆ ಬನ್ನಿ 🙏🏽 👩‍👩‍👧 𝔘 ﷽",
    '{"imageUrl":"/media/of-somebody-else"} "imageUrl":"/media/x"',
    "%(who)s %% </script> <!-- '; drop table messages; --",
]


async def filled(talk: Any, db: Db) -> None:
    """Texts, pictures with and without words, an order, reactions, read and unread ones."""
    for number, content in enumerate(ODD):
        await talk.say((talk.cora, talk.dina)[number % 2], content)
    for who, content in ((talk.cora, ""), (talk.dina, "With words"), (talk.cora, ODD[5])):
        image = (await upload(who, jpeg())).json()["data"]["publicId"]
        await talk.say(who, content, imageUrl=f"/media/{image}")
    ids = [message["id"] for message in (await talk.messages(talk.cora))["data"]]
    for who, id, emoji in (
        (talk.dina, ids[0], "👍"),
        (talk.cora, ids[0], "👩‍👩‍👧"),
        (talk.dina, ids[0], "❤️"),
        (talk.cora, ids[-2], "🙏🏽"),
        (talk.cora, ids[1], "👍"),
    ):
        body = {"emoji": emoji, "action": "add"}
        assert (await who.post(f"/api/chat/messages/{id}/reactions", json=body)).status_code == 200
    back = {"emoji": "👍", "action": "remove"}
    await talk.cora.post(f"/api/chat/messages/{ids[1]}/reactions", json=back)
    order = f"q{uuid4().hex}"
    await db.execute(
        """
        insert into design_requests (id, customer_id, designer_id, description, chat_id)
        select %(id)s, customer_id, designer_id, 'A red sari', id from chats where id = %(chat)s
        """,
        id=order,
        chat=talk.id,
    )
    await db.execute("update messages set request_id = %(order)s where id = %(id)s", order=order, id=ids[2])
    await talk.dina.post(f"/api/chat/{talk.id}/read", json={"upToSeq": 4})
    await talk.cora.post(f"/api/chat/{talk.id}/read", json={"upToSeq": 9})


async def test_the_page_is_what_the_rows_say_letter_by_letter(talk: Any, db: Db) -> None:
    await filled(talk, db)
    for who in (talk.cora, talk.dina):
        me = await person_of(db, who.id)
        assert me is not None
        for search in (MessageSearch(chat_id=talk.id, limit=50), MessageSearch(chat_id=talk.id, after=0, limit=4)):
            page, _has_more, _cursor = await messages_in(db, me, search)
            one_by_one = [await message_for(db, me, message.id) for message in page.messages]
            assert page.messages == one_by_one
            assert bytes(msgspec.json.encode(json_of(page))) == encode(one_by_one)


async def test_images_are_signed_and_words_that_look_like_one_are_not(talk: Any, db: Db) -> None:
    await filled(talk, db)
    said = (await talk.messages(talk.dina))["data"]
    assert [message["content"] for message in said if message["content"] == ODD[5]] == [ODD[5]] * 2
    pictures = [message["imageUrl"] for message in said if message["imageUrl"]]
    assert len(pictures) == 3
    for url in pictures:
        assert (await talk.dina.get(url)).status_code == 200
        assert (await talk.dina.get(url.partition("?")[0])).status_code == 404


async def test_an_empty_chat_is_an_empty_list(talk: Any) -> None:
    page = await talk.messages(talk.cora)
    assert (page["data"], page["hasMore"], page["nextCursor"], page["lastSeq"]) == ([], False, None, 0)
