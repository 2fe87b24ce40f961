"""One's own profile: seen and changed by its owner, in strict types, and by nobody else."""

import asyncio

import pytest


async def test_cora_sees_herself(people):
    cora = await people.customer()
    data = (await cora.get("/api/users/profile")).json()["data"]
    assert set(data) == {"user", "customer"}
    assert data["user"]["email"] == cora.email
    assert "customer" not in data["user"]


async def test_cora_changes_what_she_names_and_the_rest_stays(people):
    cora = await people.customer(age=30, stylePreferences=["ETHNIC"])
    change = {
        "name": "Cora Rao",
        "gender": "FEMALE",
        "budgetMin": 100.5,
        "budgetMax": 2000,
        "languagePreference": "KANNADA",
    }
    data = (await cora.put("/api/users/profile", json=change)).json()["data"]
    assert (data["user"]["name"], data["user"]["age"]) == ("Cora Rao", 30)
    assert (
        data["customer"] | {"gender": "FEMALE", "budgetMin": 100.5, "languagePreference": "KANNADA"} == data["customer"]
    )
    assert data["customer"]["stylePreferences"] == ["ETHNIC"]
    data = (await cora.put("/api/users/profile", json={"age": None, "gender": None})).json()["data"]
    assert (data["user"]["age"], data["customer"]["gender"], data["user"]["name"]) == (None, None, "Cora Rao")
    assert (await cora.me())["name"] == "Cora Rao"


async def test_providers_change_what_belongs_to_them(people):
    dina = await people.designer()
    data = (
        await dina.put("/api/users/profile", json={"bio": "Ikat.\nAnd khadi.", "designNiches": ["FUSION", "FUSION"]})
    ).json()["data"]
    assert (data["designer"]["bio"], data["designer"]["designNiches"]) == ("Ikat.\nAnd khadi.", ["FUSION"])
    tariq = await people.tailor()
    data = (await tariq.put("/api/users/profile", json={"latitude": 12.97, "longitude": 77.6})).json()["data"]
    assert (data["tailor"]["latitude"], data["tailor"]["longitude"]) == (12.97, 77.6)
    data = (await tariq.put("/api/users/profile", json={"latitude": None, "longitude": None})).json()["data"]
    assert data["tailor"]["latitude"] is None


@pytest.mark.parametrize(
    ("who", "change"),
    [
        ("customer", {"designNiches": ["BRIDAL"]}),
        ("customer", {"role": "DESIGNER"}),
        ("customer", {"isEmailVerified": True}),
        ("customer", {"email": "other@example.com"}),
        ("designer", {"skills": ["HEMMING"]}),
        ("designer", {"rating": 5}),
        ("designer", {"reviewCount": 9}),
        ("designer", {"location": None}),
        ("designer", {"designNiches": []}),
        ("tailor", {"latitude": 12.9}),
        ("tailor", {"latitude": 12.9, "longitude": None}),
        ("tailor", {"stylePreferences": []}),
    ],
)
async def test_nobody_changes_what_is_not_theirs(people, who, change):
    person = await getattr(people, who)()
    answer = await person.put("/api/users/profile", json=change)
    assert answer.status_code == 422
    assert answer.json()["error"]["fields"]


async def test_a_budget_is_compared_with_what_is_there(people):
    cora = await people.customer(budgetMin=1000, budgetMax=2000)
    answer = await cora.put("/api/users/profile", json={"budgetMax": 500})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["budgetMax"])


@pytest.mark.case("B14")
@pytest.mark.parametrize("age", [2**63, -1, "5", 50.0, True, [], {}])
async def test_an_integer_is_an_integer(people, age):
    cora = await people.customer()
    answer = await cora.put("/api/users/profile", json={"age": age})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["age"])


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_a_stranger_has_no_profile(people, method):
    visitor = people.anonymous()
    answer = await (
        visitor.get("/api/users/profile") if method == "GET" else visitor.put("/api/users/profile", json={})
    )
    assert answer.status_code == 401


async def test_the_profile_of_another_is_out_of_reach(people):
    """There is no id to change: whoever asks sees and changes themselves."""
    cora, odile = await people.customer(), await people.customer("Odile")
    await odile.put("/api/users/profile", json={"name": "Odile Two"})
    assert (await cora.me())["name"] == "Cora"
    assert (await odile.put(f"/api/users/profile?id={cora.id}", json={"name": "Taken"})).status_code == 200
    assert (await cora.me())["name"] == "Cora"


async def test_a_new_name_is_seen_at_once(people):
    cora = await people.customer()
    await cora.get("/settings", headers={"Accept": "text/html"})
    await cora.put("/api/users/profile", json={"name": "Cora the Second"})
    assert "Cora the Second" in (await cora.get("/settings", headers={"Accept": "text/html"})).text


@pytest.mark.case("A22")
async def test_the_current_password_cannot_be_guessed(strict):
    cora = await strict.customer()
    wrong = {"currentPassword": "wrong guess", "newPassword": "eight quiet looms"}
    statuses = [(await cora.put("/api/users/password", json=wrong)).status_code for _ in range(11)]
    assert statuses == [403] * 10 + [429]
    right = wrong | {"currentPassword": cora.password}
    answer = await cora.put("/api/users/password", json=right)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    body = {"email": cora.email, "password": cora.password}
    assert (await strict.anonymous().post("/api/auth/login", json=body)).status_code == 429, (
        "the same limiter as the door"
    )


async def test_a_new_password_must_be_a_good_one(people):
    cora = await people.customer()
    for weak in ("password123", cora.email, "short", "x" * 129):
        answer = await cora.put("/api/users/password", json={"currentPassword": cora.password, "newPassword": weak})
        assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["newPassword"])
    answer = await cora.put(
        "/api/users/password", json={"currentPassword": "wrong", "newPassword": "eight quiet looms"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "WRONG_PASSWORD")


async def test_two_password_changes_at_once_leave_one_password(people):
    cora = await people.customer()
    await cora.csrf()
    changes = [{"currentPassword": cora.password, "newPassword": f"loom number {n} here"} for n in range(2)]
    answers = await asyncio.gather(*(cora.put("/api/users/password", json=change) for change in changes))
    assert sorted(answer.status_code for answer in answers) == [200, 403]
    winner = changes[[answer.status_code for answer in answers].index(200)]["newPassword"]
    await people.anonymous().sign_in(cora.email, winner)


async def test_a_visitor_cannot_change_a_password(people):
    body = {"currentPassword": "x", "newPassword": "eight quiet looms"}
    assert (await people.anonymous().put("/api/users/password", json=body)).status_code == 401
