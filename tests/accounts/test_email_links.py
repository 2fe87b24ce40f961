"""Links in letters: an address is proven once, a forgotten password is replaced, and nobody learns who has an account."""

import asyncio
import statistics
import time

import pytest

from neural_threads.platform.security.tokens import fingerprint, one_time_token

from .conftest import PAGE, link_in, token_in

NEW = "eight quiet looms"


@pytest.fixture
def people(newcomers):
    """People whose first letter is on its way."""
    return newcomers


async def reset_token(people, letters, person):
    await letters(person.email, 1)  # That of the sign-up: two jobs at once may end in any order.
    await people.anonymous().post("/api/auth/forgot-password", json={"email": person.email})
    return token_in((await letters(person.email, 2))[-1])


async def test_cora_proves_her_address(people, letters, db):
    cora = await people.customer()
    token = token_in((await letters(cora.email))[0])
    answer = await people.anonymous().post("/api/auth/verify-email", json={"token": token})
    assert answer.status_code == 200
    assert (await cora.me())["isEmailVerified"] is True
    assert answer.json()["data"] == {
        "alreadyConfirmed": False,
        "message": "Thank you. Your e-mail address is confirmed.",
    }


@pytest.mark.case("A23")
async def test_a_link_is_good_once_for_a_day_and_cannot_be_guessed(people, letters, db):
    cora = await people.customer()
    token = token_in((await letters(cora.email))[0])
    stored = await db.value("select email_verify_token from users where id = %(id)s", id=cora.id)
    assert stored == fingerprint(token), "only the hash is stored"
    assert await db.value("select count(*) from procrastinate_jobs where args::text like %(t)s", t=f"%{token}%") == 0

    visitor = people.anonymous()
    guessed = await visitor.post("/api/auth/verify-email", json={"token": one_time_token()})
    await db.execute(
        "update users set email_verify_until = email_verify_until - interval '25 hours' where id = %(id)s", id=cora.id
    )
    old = await visitor.post("/api/auth/verify-email", json={"token": token})
    await db.execute("update users set email_verify_until = now() + interval '1 hour' where id = %(id)s", id=cora.id)
    assert (await visitor.post("/api/auth/verify-email", json={"token": token})).status_code == 200
    used = await visitor.post("/api/auth/verify-email", json={"token": token})
    assert [answer.status_code for answer in (guessed, old, used)] == [400, 400, 200]
    assert guessed.json() == old.json()
    assert used.json()["data"]["alreadyConfirmed"] is True
    assert "already confirmed" in used.json()["data"]["message"]


async def test_cora_forgets_her_password_and_chooses_another(people, letters):
    cora = await people.customer()
    token = await reset_token(people, letters, cora)
    visitor = people.anonymous()
    answer = await visitor.post("/api/auth/reset-password", json={"token": token, "password": NEW})
    assert answer.status_code == 200
    assert (await cora.get("/api/auth/me")).status_code == 401, "every device is signed out"
    told = await people.anonymous().sign_in(cora.email, NEW)
    assert told["user"]["isEmailVerified"] is True
    again = await visitor.post("/api/auth/reset-password", json={"token": token, "password": "nine quiet looms"})
    assert (again.status_code, again.json()["error"]["code"]) == (400, "LINK_USED")
    assert again.json()["error"]["message"].startswith("Your password is set already. Sign in with it")
    assert await people.anonymous().sign_in(cora.email, NEW), "the second choice was not taken"


@pytest.mark.case("W05")
async def test_the_same_reset_sent_twice_at_once_or_later_is_one_choice(people, letters):
    cora = await people.customer()
    body = {"token": await reset_token(people, letters, cora), "password": NEW}
    visitor = people.anonymous()
    await visitor.csrf()
    both = await asyncio.gather(*(visitor.post("/api/auth/reset-password", json=body) for _ in range(2)))
    both.append(await visitor.post("/api/auth/reset-password", json=body))
    assert [answer.status_code for answer in both] == [200, 200, 200]
    await people.anonymous().sign_in(cora.email, NEW)


async def test_code_of_before_takes_no_used_link(people, letters, db):
    cora = await people.customer()
    token = await reset_token(people, letters, cora)
    await people.anonymous().post("/api/auth/reset-password", json={"token": token, "password": NEW})
    old = "select count(*) from password_resets where token = %(hash)s and until > now()"
    assert await db.value(old, hash=fingerprint(token)) == 0


async def test_a_reset_link_dies_with_the_next_one_with_time_and_with_a_new_password(people, letters, db):
    cora = await people.customer()
    first = await reset_token(people, letters, cora)
    await people.anonymous().post("/api/auth/forgot-password", json={"email": cora.email})
    second = token_in((await letters(cora.email, 3))[-1])
    visitor = people.anonymous()
    body = {"token": first, "password": NEW}
    assert (await visitor.post("/api/auth/reset-password", json=body)).status_code == 400
    await db.execute(
        "update password_resets set until = now() - interval '1 second' where user_id = %(id)s", id=cora.id
    )
    assert (await visitor.post("/api/auth/reset-password", json=body | {"token": second})).status_code == 400
    await db.execute("update password_resets set until = now() + interval '1 hour' where user_id = %(id)s", id=cora.id)
    change = {"currentPassword": cora.password, "newPassword": "nine quiet looms"}
    assert (await cora.put("/api/users/password", json=change)).status_code == 200
    assert (await visitor.post("/api/auth/reset-password", json=body | {"token": second})).status_code == 400


@pytest.mark.case("W05")
async def test_a_link_that_a_newer_one_replaced_says_so(people, letters, db):
    cora = await people.customer()
    first = token_in((await letters(cora.email))[0])
    await cora.post("/settings/verify", headers=PAGE)
    second = token_in((await letters(cora.email, 2))[-1])
    visitor = people.anonymous()
    shown = await visitor.get(f"/verify-email?token={first}", headers=PAGE)
    assert (shown.status_code, "Please use the link in the newest e-mail." in shown.text) == (400, True)
    told = await visitor.post("/api/auth/verify-email", json={"token": first})
    assert (told.status_code, told.json()["error"]["code"]) == (400, "LINK_REPLACED")
    assert (await visitor.post("/api/auth/verify-email", json={"token": second})).status_code == 200
    assert "already confirmed" in (await visitor.get(f"/verify-email?token={first}", headers=PAGE)).text

    for _again in range(2):
        await visitor.post("/api/auth/forgot-password", json={"email": cora.email})
        await letters(cora.email, 3 + _again)
    first, second = [token_in(letter) for letter in (await letters(cora.email, 4))[2:]]
    shown = await visitor.get(f"/reset-password?token={first}", headers=PAGE)
    assert (shown.status_code, "Please use the link in the newest e-mail." in shown.text) == (400, True)
    body = {"token": first, "password": NEW}
    told = await visitor.post("/api/auth/reset-password", json=body)
    assert (told.status_code, told.json()["error"]["code"]) == (400, "LINK_REPLACED")
    await db.execute("update password_resets set until = now() where user_id = %(id)s", id=cora.id)
    told = await visitor.post("/api/auth/reset-password", json=body)
    assert told.json()["error"]["code"] == "LINK_OVER", "the newest one is over, too"
    await db.execute("update password_resets set until = now() + interval '1 hour' where user_id = %(id)s", id=cora.id)
    assert (await visitor.post("/api/auth/reset-password", json=body | {"token": second})).status_code == 200
    told = await visitor.post("/api/auth/reset-password", json=body | {"password": "nine quiet looms"})
    assert told.json()["error"]["code"] == "LINK_USED"


async def test_a_weak_new_password_is_refused_and_the_link_stays_good(people, letters):
    cora = await people.customer()
    token = await reset_token(people, letters, cora)
    visitor = people.anonymous()
    for weak in ("short", "password123", cora.email):
        answer = await visitor.post("/api/auth/reset-password", json={"token": token, "password": weak})
        assert answer.status_code == 422
        assert list(answer.json()["error"]["fields"]) == ["password"]
    assert (await visitor.post("/api/auth/reset-password", json={"token": token, "password": NEW})).status_code == 200


async def test_nobody_learns_who_has_an_account(people, letters):
    cora = await people.customer()
    visitor = people.anonymous()
    took = {True: [], False: []}
    bodies = set()
    for n in range(6):
        for known in (True, False):
            email = cora.email if known else f"nobody{n}@example.com"
            began = time.perf_counter()
            answer = await visitor.post("/api/auth/forgot-password", json={"email": email})
            took[known].append(time.perf_counter() - began)
            bodies.add((answer.status_code, answer.text))
            await asyncio.sleep(0.25)  # The letter itself is written in between.
    assert len(bodies) == 1
    known, unknown = statistics.median(took[True]), statistics.median(took[False])
    slower = sum(one > other for one, other in zip(took[True], took[False], strict=True)) / 6
    even = abs(known - unknown) < max(0.2 * known, 0.004) or 0.1 < slower < 0.9
    assert even, f"{known * 1000:.1f} ms and {unknown * 1000:.1f} ms"


@pytest.mark.case("B17")
async def test_links_begin_with_the_configured_address(people, letters, server):
    cora = await people.customer()
    visitor = people.anonymous()
    await visitor.csrf()
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = await visitor.post("/api/auth/forgot-password", json={"email": cora.email}, headers=headers)
    assert answer.status_code == 200
    own_host = {"Host": "evil.example", "Origin": "http://evil.example"}
    await visitor.post("/api/auth/forgot-password", json={"email": cora.email}, headers=own_host)
    found = await letters(cora.email, 2)
    assert all(link_in(letter).startswith(f"{server.url}/") for letter in found)
    assert not any("evil" in letter.as_string() for letter in found)


@pytest.mark.case("B16")
async def test_a_name_cannot_write_a_header(people, letters):
    """Names have no line breaks; what else is in them is shown as it is."""
    visitor = people.anonymous()
    body = {"email": "crlf@example.com", "password": NEW, "name": "Cora\r\nBcc: everybody@example.com"}
    answer = await visitor.post("/api/auth/signup", json=body)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["name"])
    odd = '"Cora" <x@y>, ಕೋರಾ; Bcc: a@b'
    cora = await people.customer(name=odd, email=f"odd.{time.time_ns()}@example.com")
    letter = (await letters(cora.email))[0]
    assert letter["To"].addresses[0].display_name == odd
    assert [str(address.addr_spec) for address in letter["To"].addresses] == [cora.email]
    assert letter["Bcc"] is None
    assert odd in letter.get_content()


async def test_letters_speak_the_readers_language_and_mean_no_harm(people, letters):
    cora = await people.customer()
    letter = (await letters(cora.email))[0]
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"]
    assert letter.get_content_type() == "text/plain"


@pytest.mark.long  # a server is started
async def test_mail_goes_out_by_smtp_when_it_is_configured(fresh_server, people_at):
    heard: list[str] = []
    ready = asyncio.Event()

    async def talk(reader, writer):
        def say(line):
            writer.write(line.encode() + b"\r\n")

        say("220 test")
        while line := (await reader.readline()).decode(errors="replace").strip():
            heard.append(line)
            verb = line.split(" ")[0].upper()
            if verb == "DATA":
                say("354 go on")
                while (part := await reader.readline()).strip() != b".":
                    heard.append(part.decode(errors="replace").rstrip())
                say("250 taken")
                ready.set()
            elif verb == "QUIT":
                say("221 bye")
                writer.close()
                return
            else:
                say("250 test")

    smtp = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = smtp.sockets[0].getsockname()[1]
    server = await fresh_server(SMTP_URL=f"smtp://127.0.0.1:{port}", THREADS_PUBLIC_URL="https://threads.example")
    cora = await people_at(server).customer()
    await asyncio.wait_for(ready.wait(), 30)
    smtp.close()
    assert f"RCPT TO:<{cora.email}>" in [line.split(" SIZE")[0] for line in heard]
    assert not list(server.outbox.glob("*.eml")) if server.outbox.exists() else True
    assert any("https://threads.example" in line for line in heard)


@pytest.mark.parametrize("path", ["/reset-password", "/verify-email"])
async def test_pages_of_links_tell_no_other_site_and_no_program_uses_them_up(people, letters, path):
    cora = await people.customer()
    token = (
        token_in((await letters(cora.email))[0])
        if path == "/verify-email"
        else await reset_token(people, letters, cora)
    )
    visitor = people.anonymous()
    for _ in range(2):
        answer = await visitor.get(f"{path}?token={token}", headers=PAGE)
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    field = {"password": NEW} if path == "/reset-password" else {}
    answer = await visitor.post(path, data={"token": token} | field, headers=PAGE)
    assert answer.status_code in (200, 303)


async def test_asking_for_letters_is_limited(strict):
    cora = await strict.customer()
    visitor = strict.anonymous()
    statuses = [
        (await visitor.post("/api/auth/forgot-password", json={"email": cora.email})).status_code for _ in range(6)
    ]
    assert statuses == [200] * 5 + [429]
    elsewhere = {"X-Forwarded-For": "198.51.100.50"}
    body = {"email": cora.email}
    assert (await visitor.post("/api/auth/forgot-password", json=body, headers=elsewhere)).status_code == 200
