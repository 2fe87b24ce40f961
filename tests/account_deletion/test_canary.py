"""Nothing of somebody who left is found again: not in a dump of the database, not among the pictures, not in the outbox."""

import subprocess

import psycopg
import pytest

from neural_threads.features.account_deletion.erasure import ERASED
from tests.factories.orders import told_to
from tests.media.bad_files import jpeg
from tests.media.test_upload import upload
from tests.support.people import Person
from tests.support.push_service import Browser

from .test_delete_account import leave

pytestmark = pytest.mark.long  # everything is looked through for what should be gone

WORD = "zwirbelkanari"
PHONE = "9845077123"  # Whole: five of its digits stand in some hash of every tenth run.
TO_BOTH = "gemeinsamkanari"
AGENT = {"User-Agent": f"{WORD}-browser/1.0"}

# What stays, since it is the other side's as well. Everything else that points at a person must be erased.
STAYS = {
    "chats",
    "messages",
    "reviews",
    "alteration_requests",
    "design_requests",
    "request_events",
}
THEMSELVES = {"users", "customers", "designers", "tailors"}


def dumped(dsn):
    return subprocess.run(["pg_dump", "--dbname", dsn], check=True, capture_output=True).stdout.decode(errors="replace")


def found_in(text, *words):
    return [line[:300] for line in text.splitlines() if any(word in line.lower() for word in words)]


def files_with(folder, needle):
    return [path for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


async def cora_everywhere(people, db, dina, tariq):
    """Somebody unusual, who uses everything."""
    cora = await people.customer(
        f"{WORD.title()} Kanaria",
        email=f"{WORD}.Ünusual@example.com",
        stylePreferences=[f"{WORD} sleeves"],
        location="MG_ROAD",
        bodyShape="PEAR",
        age=37,
    )
    phone = Person(cora.url)
    phone.http.headers.update(AGENT)
    await phone.sign_in(cora.email)
    await phone.close()
    await cora.post("/api/auth/login", json={"email": cora.email, "password": f"not {WORD}"})
    cora.forget_csrf()
    assert (await cora.post("/api/auth/forgot-password", json={"email": cora.email})).status_code == 200
    image = (await upload(cora, jpeg(noisy=True))).json()["data"]
    await cora.get(image["url"] + "&w=200", headers={"Accept": "image/avif"})
    await cora.put(f"/api/designers/{dina.profile}/save")
    await cora.get(f"/customer/designers/{dina.profile}", headers={"Accept": "text/html"})
    chat = (await cora.post("/api/chat", json={"designerId": dina.profile})).json()["data"]["id"]
    said = {"chatId": chat, "content": f"Said to both: {TO_BOTH}", "imageUrl": image["publicId"]}
    message = (await cora.post("/api/chat/messages", json=said)).json()["data"]["id"]
    await cora.post(f"/api/chat/messages/{message}/reactions", json={"emoji": "🔥", "action": "add"})
    await dina.post("/api/chat/messages", json={"chatId": chat, "content": "Lovely"})
    asks = {"tailorId": tariq.profile, "description": f"Asked of both: {TO_BOTH}", "imageUrl": image["publicId"]}
    asked = await cora.post("/api/alterations", json=asks, headers={"Idempotency-Key": f"{WORD}-key"})
    assert asked.status_code == 201, asked.text
    await cora.put("/api/users/profile", json={"gender": "OTHER", "budgetMin": 1234.56, "budgetMax": 6543.21})
    device = await cora.post("/api/notifications/push", json=Browser(f"https://fcm.googleapis.com/{WORD}").subscription)
    assert device.status_code == 201
    await cora.put("/api/notifications/settings", json={"byMail": ["MESSAGE"]})
    await things_without_an_address(db, cora, image["publicId"])
    return cora, image


async def things_without_an_address(db, cora, image):
    """Rows of features whose own tests make them through their addresses."""
    mine = {"me": cora.id, "picture": image}
    customer = "(select id from customers where user_id = %(me)s)"
    for sql in (
        f"insert into wardrobe_items (id, customer_id, image_id, category, color, brand, name) values"
        f" ('w' || %(me)s, {customer}, %(picture)s, 'DRESS', '{WORD} red', '{WORD} brand', '{WORD} dress')",
        f"insert into wardrobe_looks (id, customer_id, name) values ('l' || %(me)s, {customer}, '{WORD} look')",
        f"insert into virtual_try_ons (id, customer_id, outfit_image_id, landmarks) values"
        f" ('t' || %(me)s, {customer}, %(picture)s, '{{\"note\": \"{WORD}\"}}')",
        f"insert into chatbot_conversations (id, customer_id, title) values ('b' || %(me)s, {customer}, '{WORD} party')",
        f"insert into chatbot_messages (id, conversation_id, role, content, image_id) values"
        f" ('m' || %(me)s, 'b' || %(me)s, 'user', 'What suits {WORD}?', %(picture)s)",
        f"insert into chatbot_answers (customer_id, conversation_id, question_id, answer_id, locale, text) values"
        f" ({customer}, 'b' || %(me)s, 'm' || %(me)s, 'a' || %(me)s, 'en', 'To {WORD}')",
        "insert into consents (id, user_id, purpose, notice_version, given_at) values"
        " ('c' || %(me)s, %(me)s, 'STYLIST', 1, now())",
        f"insert into reviews (id, customer_id, tailor_id, rating, comment)"
        f" select 'r' || %(me)s, {customer}, id, 5, 'Reviewed: {TO_BOTH}' from tailors limit 1",
    ):
        await db.execute(sql, **mine)
    await db.execute(
        "insert into procrastinate_jobs (queue_name, task_name, status, args)"
        " values ('default', 'mail_reset', 'failed', jsonb_build_object('email', lower(%(email)s::text)))",
        email=cora.email,
    )


async def maker(people, kind, **more):
    person = await (people.designer if kind == "designer" else people.tailor)(**more)
    person.profile = (await person.me())[kind]["id"]
    return person


async def test_no_canary_is_left(people, newcomers, db, server, letters, soon):
    dina, tariq = await maker(people, "designer"), await maker(people, "tailor")
    cora, image = await cora_everywhere(newcomers, db, dina, tariq)
    await letters("example.com", 1)
    original = server.data_dir / "media" / "originals" / image["publicId"]
    pixels = original.read_bytes()[-2_000:]
    before = found_in(dumped(server.dsn), WORD)
    assert len(before) >= 8, "the canary has to be everywhere first"
    assert (await leave(cora)).status_code == 200
    await soon(lambda: not files_with(server.data_dir / "media", pixels))
    assert not (server.data_dir / "media" / "derived" / image["publicId"]).exists()
    dump = dumped(server.dsn)
    assert found_in(dump, WORD, "kanaria", "1234.56") == []
    assert len(found_in(dump, TO_BOTH)) >= 3, "what was said to others stays theirs"
    await soon(lambda: not files_with(server.data_dir / "outbox", WORD.encode()))
    assert not found_in(str(await told_to(dina)) + str(await told_to(tariq)), WORD)


async def test_no_canary_of_a_provider_is_left(people, db, server, soon):
    cora = await people.customer()
    facts = {"phone": f"+91 {PHONE}", "bio": f"I am {WORD}.", "email": f"maker.{WORD}@example.com"}
    tariq = await maker(people, "tailor", name=f"Tariq {WORD}", address=f"7 {WORD} Lane", **facts)
    work = (await upload(tariq, jpeg())).json()["data"]["publicId"]
    await db.execute(
        "insert into sample_works (id, tailor_id, image_id, description) values ('s' || %(shop)s, %(shop)s, %(work)s, %(said)s)",
        shop=tariq.profile,
        work=work,
        said=f"{WORD} hem",
    )
    await tariq.post("/api/chat/replies", json={"content": f"Yours, {WORD}"})
    asks = {"tailorId": tariq.profile, "description": "Like in your window", "imageUrl": work}
    asked = (await cora.post("/api/alterations", json=asks)).json().get("data")
    assert found_in(dumped(server.dsn), PHONE)
    assert len(found_in(dumped(server.dsn), WORD)) >= 3
    assert (await leave(tariq)).status_code == 200
    original = server.data_dir / "media" / "originals" / work
    await soon(lambda: not original.exists())
    assert found_in(dumped(server.dsn), WORD, PHONE) == []
    if asked:
        assert (await cora.get(f"/api/alterations/{asked['id']}")).json()["data"]["imageUrl"] is None


def test_every_table_about_a_person_is_thought_of(dsn):
    """A new table that names a person is either erased in `erasing.ERASED`, or stays for a reason and stands in STAYS."""
    with psycopg.connect(dsn) as connection:
        pointing = connection.execute(
            """
            select distinct conrelid::regclass::text
              from pg_constraint
             where contype = 'f' and confrelid in ('users'::regclass, 'customers'::regclass, 'designers'::regclass, 'tailors'::regclass)
            """
        ).fetchall()
    statements = " ".join(ERASED)
    erased = {name for (name,) in pointing if f"delete from {name} " in statements} | {"media"}
    assert {name for (name,) in pointing} - THEMSELVES - STAYS - erased == set()
