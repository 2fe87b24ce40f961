"""GET /customer: greeting, four counts, five designers with the reason why, what happened, a tip."""

import asyncio
import re
import unicodedata
from datetime import date, timedelta

import pytest

from bench.pgbench import statements_of
from bench.servers import SECRET
from neural_threads.features.dashboard.activity import activity_of
from neural_threads.features.dashboard.counts import counts_of
from neural_threads.features.dashboard.recommended import recommended_for
from neural_threads.features.dashboard.tips import all_tips, tip_for
from neural_threads.platform.config import get_settings
from neural_threads.platform.i18n import offered_locales, today
from neural_threads.platform.security.tokens import access_token
from neural_threads.web.dashboard.customer import greeting
from tests.factories.orders import item_of, person

PAGE = {"Accept": "text/html"}


async def look(one, path="/customer", **headers):
    return await one.get(path, headers=PAGE | headers)


def figures_in(html):
    found = re.findall(r'<strong class="figures">(\d+)</strong>\s*<(?:a|span)[^>]*>([^<]+)<', html)
    return {text: int(many) for many, text in found}


async def test_cora_is_greeted_and_finds_nothing_yet(people):
    cora = await people.customer("Cora Fernandes")
    page = await look(cora)
    assert page.status_code == 200
    assert re.search(r"<h1>(Good \w+|Hello), Cora</h1>", page.text)
    assert figures_in(page.text) == {
        "Active chats": 0,
        "Saved designers": 0,
        "Wardrobe items": 0,
        "Consultations": 0,
    }
    assert "No activity yet" in page.text
    assert "we take no money" in page.text
    assert "/customer/alterations/new" in page.text
    assert "/customer/chatbot" in page.text


async def test_everything_counts_and_happens(people, db):
    cora, dina, tariq = await people.customer(), await people.designer(), await people.tailor()
    profile, shop = (await dina.me())["designer"]["id"], (await tariq.me())["tailor"]["id"]
    chat = (await cora.post("/api/chat", json={"designerId": profile})).json()["data"]["id"]
    await dina.post("/api/chat/messages", json={"chatId": chat, "content": "The silk has come"})
    asked = await cora.post("/api/alterations", json={"tailorId": shop, "description": "Shorten the sleeves"})
    await cora.put(f"/api/designers/{profile}/save")
    await item_of(cora)
    id = asked.json()["data"]["id"]
    assert (await tariq.put(f"/api/alterations/{id}", json={"status": "ACCEPTED"})).status_code == 200
    html = (await look(cora)).text
    assert set(figures_in(html).values()) == {1}
    lately = html[html.index("activity-title") :]
    order = [lately.index(words) for words in ("accepted your request", "Shorten the sleeves", "The silk has come")]
    assert order == sorted(order)
    assert f'href="/customer/chats/{chat}"' in lately
    assert f'href="/customer/alterations/{id}"' in lately


async def test_the_feed_goes_on_page_by_page(people, db):
    cora, tariq = await people.customer(), await people.tailor()
    shop = (await tariq.me())["tailor"]["id"]
    await db.execute(
        """
        insert into alteration_requests (id, customer_id, tailor_id, description, created_at)
        select 'f' || n || c.id, c.id, %(shop)s, 'Wish ' || n || '.', now() - n * interval '1 hour'
          from customers c, generate_series(1, 20) n where c.user_id = %(me)s
        """,
        shop=shop,
        me=cora.id,
    )
    html, seen = (await look(cora)).text, []
    for _page in range(3):
        seen += [int(n) for n in re.findall(r"Wish (\d+)\.", html)]
        older = re.search(r'hx-get="(/customer\?cursor=[^"]+)"', html)
        html = (await look(cora, older[1], **{"HX-Request": "true"})).text if older else ""
        assert "<html" not in html
    assert seen == list(range(1, 21))
    whole = await look(cora, "/customer?cursor=forged")
    assert whole.status_code == 422


async def test_only_customers_have_this_home(people):
    answer = await look(people.anonymous())
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/customer")
    assert (await people.anonymous().get("/customer")).status_code in (303, 401)
    for provider in (await people.designer(), await people.tailor()):
        assert (await look(provider)).status_code == 403


async def test_nothing_of_others_is_in_it(people):
    cora, odile, dina = await people.customer(), await people.customer("Odile"), await people.designer()
    profile = (await dina.me())["designer"]["id"]
    chat = (await odile.post("/api/chat", json={"designerId": profile})).json()["data"]["id"]
    await odile.post("/api/chat/messages", json={"chatId": chat, "content": "Only for Dina"})
    assert "Only for Dina" not in (await look(cora)).text


async def test_of_those_rated_alike_whoever_fits_comes_first(people, db):
    cora = await people.customer(stylePreferences=["Fusion"], languagePreference="KANNADA", budgetMax=4000)
    ids = {}
    for name, niche, spoken in (
        ("Stranger", "SPORTSWEAR", "TAMIL"),
        ("Speaker", "SPORTSWEAR", "KANNADA"),
        ("Fitting", "FUSION", "KANNADA"),
    ):
        one = await people.designer(name, designNiches=[niche], languages=[spoken])
        ids[(await one.me())["designer"]["id"]] = name
    await db.execute("update designers set rating_sum = 0, review_count = 0")  # Those of other tests.
    await db.execute(
        "update designers set rating_sum = 5000, review_count = 1000 where id = any(%(ids)s::text[])", ids=list(ids)
    )
    found = await recommended_for(db, await person(cora))
    assert len(found) <= 5
    named = [ids[one.designer.id] for one in found if one.designer.id in ids]
    assert named == ["Fitting", "Speaker", "Stranger"]
    why = {ids[one.designer.id]: one.why("KANNADA") for one in found if one.designer.id in ids}
    assert why["Fitting"] == "Makes what you like to wear (Fusion) and speaks Kannada."
    assert why["Speaker"] == "Speaks Kannada with you."
    assert why["Stranger"] == "Rated 5.0 by 1,000 customers."
    await db.execute(
        "update designers set rating_sum = 0, review_count = 0 where id = any(%(ids)s::text[])", ids=list(ids)
    )


@pytest.mark.long  # a program is started
async def test_the_page_asks_the_database_at_most_four_times(people, db, dsn, tmp_path, monkeypatch):
    """Beside the look-up of the session; recorded while the application answers."""
    monkeypatch.setenv("THREADS_SECRET_KEY", SECRET)
    get_settings.cache_clear()
    pages = []
    for name in ("Cora", "Odile"):
        one = await people.customer(name)
        session = await db.value("select id from sessions where user_id = %(me)s", me=one.id)
        headers = {"authorization": f"Bearer {access_token(one.id, session)}", "accept": "text/html"}
        pages.append({"method": "GET", "path": "/customer", "headers": headers})
    monkeypatch.undo()
    get_settings.cache_clear()
    statements = (await asyncio.to_thread(statements_of, pages, dsn, tmp_path))[1]
    own = [statement["sql"] for statement in statements if "sessions" not in statement["sql"]]
    assert 0 < len(own) <= 4, own
    [counting] = [sql for sql in own if "wardrobe_items" in sql]
    assert all(table in counting for table in ("chats", "saved_designers", "alteration_requests"))


async def test_who_is_new_has_nothing_that_happened(people, db):
    me = await person(await people.customer())
    assert (await counts_of(db, me)).chats == 0
    assert await activity_of(db, me) == ([], None)


def test_the_greeting_follows_the_clock():
    said = [greeting(hour).partition(",")[0] for hour in (3, 5, 11, 12, 16, 17, 21, 22)]
    assert said == [
        "Hello",
        "Good morning",
        "Good morning",
        "Good afternoon",
        "Good afternoon",
        "Good evening",
        "Good evening",
        "Hello",
    ]


YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
LETTERS = {"hi": "DEVANAGARI", "kn": "KANNADA", "ta": "TAMIL", "te": "TELUGU"}


def test_there_are_365_tips_and_one_for_every_day_and_everybody():
    tips = all_tips("en")
    assert len({tip.text for tip in tips}) == 365
    assert all(30 < len(tip.text) < 200 for tip in tips)
    assert len({tip_for(day, "en") for day in YEAR}) > 200
    assert tip_for(YEAR[5], "en") == tip_for(YEAR[5], "en")
    apples = {tip_for(day, "en", "APPLE", ["FORMAL"])[0] for day in YEAR}
    wrong = {tip.text for tip in tips if tip.marks & {"PEAR", "BRIDAL"}}
    assert not apples & wrong
    rain = {tip.text for tip in tips if "RAIN" in tip.marks}
    assert not rain & {tip_for(day, "en")[0] for day in YEAR if day.month in (1, 4, 12)}


def test_every_language_that_is_offered_has_every_tip():
    for code in set(offered_locales()) - {"en"}:
        tips = all_tips(code)
        assert [tip.marks for tip in tips] == [tip.marks for tip in all_tips("en")], code
        assert len({tip.text for tip in tips}) == 365, code
        foreign = [tip.text for tip in tips if not (20 < len(tip.text) < 200 and _mostly(LETTERS[code], tip.text))]
        assert not foreign, code


def _mostly(script, text):
    letters = [letter for letter in text if letter.isalpha()]
    return sum(unicodedata.name(letter).startswith(script) for letter in letters) > len(letters) * 0.9


def test_on_one_day_everybody_reads_the_same_tip_each_in_their_language():
    place = {(code, tip.text): n for code in offered_locales() for n, tip in enumerate(all_tips(code))}
    for day in YEAR[::13]:
        for facts in ((None, []), ("PEAR", ["BRIDAL"])):
            said = [tip_for(day, code, *facts) for code in offered_locales()]
            assert [language for _text, language in said] == list(offered_locales())
            assert len({place[language, text] for text, language in said}) == 1


async def test_cora_reads_the_tip_and_the_page_in_kannada(people):
    cora = await people.customer(languagePreference="KANNADA")
    page = await look(cora)
    text, _language = tip_for(today(), "kn")
    assert f'<p lang="kn">{text}</p>' in page.text
