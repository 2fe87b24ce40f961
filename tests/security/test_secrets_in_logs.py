"""No password, token, cookie or letter ever stands in a log."""

from secrets import token_hex


async def test_nothing_secret_is_written_down(fresh_server, people_at):
    server = await fresh_server(THREADS_LOG_LEVEL="debug", THREADS_RATE_LIMITS="on")
    people = people_at(server)
    password, wrong, odd = f"pw-{token_hex(8)}", f"wrong-{token_hex(8)}", f"odd-{token_hex(8)}"
    cora = await people.customer(password=password)
    secrets = [password, wrong, odd, cora.cookies["session"], cora.cookies["refresh"], await cora.csrf()]
    visitor = people.anonymous()
    for given in (wrong, odd + "\0", {"deep": odd}, odd * 100):
        await visitor.post("/api/auth/login", json={"email": cora.email, "password": given})
    await visitor.post("/api/auth/login", json={"email": cora.email, "password": wrong, "other": odd})
    await visitor.post("/api/auth/reset-password", json={"token": odd, "password": password})
    await visitor.get(
        "/api/auth/me", headers={"Authorization": f"Bearer {odd}", "Cookie": f"session={odd}; refresh={odd}"}
    )
    await visitor.http.post("/login", data={"email": cora.email, "password": wrong, "csrf_token": odd})
    await cora.post("/api/auth/refresh")
    secrets += [cora.cookies["session"], cora.cookies["refresh"]]
    await cora.put("/api/users/password", json={"currentPassword": wrong, "newPassword": odd})
    await cora.put("/api/users/password", json={"currentPassword": password, "newPassword": odd})
    await visitor.http.get(f"/reset-password?token={odd}", headers={"Accept": "text/html"})
    log = server.log.read_text()
    assert not [secret for secret in secrets if secret in log]
    assert cora.email not in log
    for event in ("signed_up", "signed_in", "sign_in_failed", "password_changed", "csrf_refused"):
        assert f'"event": "{event}"' in log, event
