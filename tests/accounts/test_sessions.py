"""Sessions: renewed by rotation, ended by theft, seen and signed out by their owner."""

import asyncio

import httpx
import jwt
import pytest

from neural_threads.platform.config import get_settings
from neural_threads.platform.security.tokens import access_token, fingerprint, new_refresh_token, successor_of
from neural_threads.platform.signing import derived_key


async def renewed(person, token):
    """What a browser gets that shows this refresh token and nothing else."""
    headers = {"Cookie": f"refresh={token}", "X-CSRF-Token": await person.csrf()}
    async with httpx.AsyncClient(base_url=person.url, trust_env=False) as other:
        return await other.post("/api/auth/refresh", headers=headers)


def refresh_in(answer):
    return next(
        c.split(";")[0].partition("=")[2] for c in answer.headers.get_list("set-cookie") if c.startswith("refresh=")
    )


async def session_id_of(person):
    return (await person.get("/api/auth/sessions")).json()["data"][0]["id"]


async def age_rotation(db, session_id, seconds):
    sql = "update sessions set rotated_at = rotated_at - make_interval(secs => %(s)s) where id = %(id)s"
    assert await db.execute(sql, s=seconds, id=session_id) == 1


async def test_a_session_is_renewed_with_post_and_get(people):
    cora = await people.customer()
    first = cora.cookies["refresh"]
    answer = await cora.post("/api/auth/refresh")
    assert answer.status_code == 200
    assert set(answer.json()) == {"success", "token"}
    second = cora.cookies["refresh"]
    assert second not in ("", first)
    assert (await cora.get("/api/auth/refresh")).status_code == 200
    assert cora.cookies["refresh"] not in (first, second)
    assert (await cora.get("/api/auth/me")).json()["data"]["id"] == cora.id


@pytest.mark.case("A13")
async def test_access_and_refresh_tokens_cannot_stand_in_for_each_other(people):
    cora = await people.customer()
    access, refresh = cora.cookies["session"], cora.cookies["refresh"]
    assert (await renewed(cora, access)).status_code in (401, 403)
    bearer = {"Authorization": f"Bearer {refresh}"}
    assert (await people.anonymous().get("/api/auth/me", headers=bearer)).status_code == 401
    visitor = people.anonymous()
    visitor.cookies.set("session", refresh, domain="127.0.0.1", path="/")
    assert (await visitor.get("/api/auth/me")).status_code == 401
    visitor.cookies.set("refresh", access, domain="127.0.0.1", path="/")
    assert (await visitor.post("/api/auth/refresh")).status_code == 401


@pytest.mark.case("A14")
async def test_a_token_dies_with_its_session(people):
    cora = await people.customer()
    token = cora.cookies["session"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await people.anonymous().get("/api/auth/me", headers=bearer)).status_code == 200
    await cora.post("/api/auth/logout")
    assert (await people.anonymous().get("/api/auth/me", headers=bearer)).status_code == 401


@pytest.mark.case("A14")
async def test_a_password_change_ends_the_others_and_keeps_this_one(people):
    cora = await people.customer()
    phone = await cora.another_device()
    token = phone.cookies["session"]
    change = {"currentPassword": cora.password, "newPassword": "eight indigo looms"}
    assert (await cora.put("/api/users/password", json=change)).status_code == 200
    assert (await cora.get("/api/auth/me")).status_code == 200
    assert (await phone.get("/api/auth/me")).status_code == 401
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await people.anonymous().get("/api/auth/me", headers=bearer)).status_code == 401
    assert (await phone.post("/api/auth/refresh")).status_code == 401
    await people.anonymous().sign_in(cora.email, "eight indigo looms")
    await phone.close()


@pytest.mark.case("A14")
async def test_another_process_hears_of_it_within_a_second(people, db):
    cora = await people.customer()
    assert (await cora.get("/api/auth/me")).status_code == 200
    await db.execute("update sessions set ended_at = now() where user_id = %(id)s", id=cora.id)
    await asyncio.sleep(1)
    assert (await cora.get("/api/auth/me")).status_code == 401


@pytest.mark.case("A15")
async def test_a_stolen_token_ends_the_session_for_both(people, db, server):
    cora = await people.customer()
    stolen, session_id = cora.cookies["refresh"], await session_id_of(cora)
    await cora.post("/api/auth/refresh")
    await age_rotation(db, session_id, 11)
    thief = await renewed(cora, stolen)
    assert thief.status_code == 401
    assert (await cora.get("/api/auth/me")).status_code == 401
    assert (await cora.post("/api/auth/refresh")).status_code == 401
    assert await db.value("select ended_at is not null from sessions where id = %(id)s", id=session_id)
    assert f'"session_id": "{session_id}"' in next(
        x for x in server.log_tail(30).splitlines() if "refresh_token_reused" in x
    )


@pytest.mark.case("A15")
async def test_an_invented_token_ends_nobodys_session(people):
    cora = await people.customer()
    session_id = await session_id_of(cora)
    for invented in (f"{session_id}.{'A' * 64}", f"{session_id}.", session_id, "", "x" * 5000, "é.ü"):
        visitor = people.anonymous()
        answer = await visitor.http.request(
            "POST", "/api/auth/refresh", headers={"Cookie": f"refresh={invented}".encode(), "X-CSRF-Token": "x"}
        )
        assert answer.status_code in (401, 403)
    assert (await cora.get("/api/auth/me")).status_code == 200


@pytest.mark.case("A16")
async def test_two_tabs_renew_at_once(people, db):
    cora = await people.customer()
    token = cora.cookies["refresh"]
    answers = await asyncio.gather(*(renewed(cora, token) for _ in range(20)))
    assert [answer.status_code for answer in answers] == [200] * 20
    successors = {refresh_in(answer) for answer in answers}
    assert successors == {successor_of(token)}
    rows = "select count(*) from sessions where user_id = %(id)s and ended_at is null"
    assert await db.value(rows, id=cora.id) == 1
    assert (await renewed(cora, successors.pop())).status_code == 200


@pytest.mark.case("A17")
async def test_two_generations_old_is_theft_even_within_ten_seconds(people):
    cora = await people.customer()
    first = cora.cookies["refresh"]
    await cora.post("/api/auth/refresh")
    second = cora.cookies["refresh"]
    await cora.post("/api/auth/refresh")
    assert (await renewed(cora, second)).status_code == 200, "the direct predecessor has ten seconds"
    assert (await renewed(cora, first)).status_code == 401
    assert (await cora.get("/api/auth/me")).status_code == 401


@pytest.mark.parametrize(("column", "days"), [("last_used_at", 8), ("created_at", 31)])
async def test_a_session_ends_when_it_is_not_used_and_in_any_case_after_thirty_days(people, db, column, days):
    cora = await people.customer()
    await db.execute(
        f"update sessions set {column} = now() - make_interval(days => %(days)s) where user_id = %(id)s",
        days=days,
        id=cora.id,
    )
    await asyncio.sleep(1)
    assert (await cora.get("/api/auth/me")).status_code == 401
    assert (await cora.post("/api/auth/refresh")).status_code == 401


@pytest.mark.case("A19")
async def test_signing_out_works_twice_and_with_an_expired_token(people, db):
    cora = await people.customer()
    assert (await cora.post("/api/auth/logout")).status_code == 200
    assert not {"session", "refresh"} & set(cora.cookies)
    assert (await cora.post("/api/auth/logout")).status_code == 200

    odile = await people.customer("Odile")
    claims = jwt.decode(odile.cookies["session"], options={"verify_signature": False})
    old = claims | {"iat": claims["iat"] - 7200, "exp": claims["exp"] - 7200}
    expired = jwt.encode(old, derived_key(get_settings().secret_key, "access"), "HS256", headers={"typ": "at+jwt"})
    answer = await people.anonymous().http.post("/api/auth/logout", headers={"Authorization": f"Bearer {expired}"})
    assert answer.status_code == 200
    assert await db.value("select ended_at is not null from sessions where id = %(id)s", id=claims["sid"])
    assert (await odile.post("/api/auth/refresh")).status_code == 401

    tariq = await people.tailor()
    tariq.cookies.delete("session")
    answer = await tariq.post("/api/auth/logout")
    assert answer.status_code == 200
    sql = "select count(*) from sessions where user_id = %(id)s and ended_at is null"
    assert await db.value(sql, id=tariq.id) == 0


@pytest.mark.case("A20")
async def test_the_twenty_first_session_ends_the_oldest(people, db):
    cora = await people.customer()
    await db.execute(
        """
        insert into sessions (id, user_id, refresh_hash, created_at)
        select 'old' || n || %(id)s, %(id)s, decode(md5(n || %(id)s), 'hex'), now() - make_interval(mins => 30 - n)
          from generate_series(1, 19) n
        """,
        id=cora.id,
    )
    listed = (await cora.get("/api/auth/sessions")).json()["data"]
    assert len(listed) == 20
    assert [session["isCurrent"] for session in listed] == [True] + [False] * 19
    newest = await cora.another_device()
    assert {s["id"] for s in (await newest.get("/api/auth/sessions")).json()["data"]}.isdisjoint({f"old1{cora.id}"})
    assert (await cora.get("/api/auth/me")).status_code == 200
    assert len((await cora.get("/api/auth/sessions")).json()["data"]) == 20
    await newest.close()


async def test_cora_signs_out_her_lost_phone(people):
    cora = await people.customer()
    phone = await cora.another_device()
    lost = next(s for s in (await cora.get("/api/auth/sessions")).json()["data"] if not s["isCurrent"])
    assert (await cora.delete(f"/api/auth/sessions/{lost['id']}")).status_code == 200
    assert (await phone.get("/api/auth/me")).status_code == 401
    assert (await cora.delete(f"/api/auth/sessions/{lost['id']}")).status_code == 404
    await phone.close()


async def test_odile_cannot_see_or_end_coras_session(people):
    cora, odile = await people.customer(), await people.customer("Odile")
    session_id = await session_id_of(cora)
    foreign = await odile.delete(f"/api/auth/sessions/{session_id}")
    missing = await odile.delete("/api/auth/sessions/cnothing")
    assert (foreign.status_code, foreign.json()) == (missing.status_code, missing.json())
    assert foreign.status_code == 404
    assert session_id not in (await odile.get("/api/auth/sessions")).text
    assert (await cora.get("/api/auth/me")).status_code == 200


async def test_tokens_are_stored_only_as_hashes(people, db):
    cora = await people.customer()
    row = await db.value("select row_to_json(s)::text from sessions s where user_id = %(id)s", id=cora.id)
    assert cora.cookies["refresh"] not in row
    stored = await db.value("select refresh_hash from sessions where user_id = %(id)s", id=cora.id)
    assert stored == fingerprint(cora.cookies["refresh"])


async def test_a_token_of_another_person_does_not_fit_the_session(people):
    cora, odile = await people.customer(), await people.customer("Odile")
    crossed = access_token(odile.id, await session_id_of(cora))
    answer = await people.anonymous().get("/api/auth/me", headers={"Authorization": f"Bearer {crossed}"})
    assert answer.status_code == 401
    unknown = {"Cookie": f"refresh={new_refresh_token('cnosuchsession')}"}
    assert (await people.anonymous().http.get("/api/auth/refresh", headers=unknown)).status_code == 401
