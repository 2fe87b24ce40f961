"""What people paste: telephone numbers, names and addresses as WhatsApp, contacts and keyboards write them."""

from secrets import token_hex

import pytest

from tests.support.people import PASSWORD


@pytest.mark.case("W04")
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("\u202a+91 98450\u00a012345\u202c", "+919845012345"),
        ("+91\u201198450\u201112345\n", "+919845012345"),
        ("(080) 2558 1234", "+918025581234"),
        ("080.2558.1234", "+918025581234"),
        ("0091 98450 12345", "+919845012345"),
        ("+1 (415) 555-0132", "+14155550132"),
        ("tel:+91-98450-12345", "+919845012345"),
        ("+91-09845012345", "+919845012345"),
        ("(+91) 98450/12345", "+919845012345"),
        ("98450 12345 (WhatsApp)", "+919845012345"),
        ("Raj: 98450 12345 - evenings", "+919845012345"),
        ("https://wa.me/919845012345", "+919845012345"),
        ("೯೮೪೫೦ ೧೨೩೪೫", "+919845012345"),
        ("＋９１ ９８４５０１２３４５", "+919845012345"),
        ("080 25581234/35", "+918025581234"),
    ],
)
async def test_a_pasted_number_is_tidied_and_taken(people, typed, stored):
    dina = await people.designer(phone=typed)
    assert dina.user["designer"]["phone"] == stored
    changed = await dina.put("/api/users/profile", json={"phone": typed})
    assert changed.json()["data"]["designer"]["phone"] == stored


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0------", "not a phone number"),
        ("12345", "too short"),
        ("98450123456789", "too long"),
        ("+999 1234 5678", "country code"),
        ("2558 1234", "does not exist in India"),
        ("98450 12345 / 98450 12346", "only one phone number"),
        ("98450 12345\n080 2558 1234", "only one phone number"),
        ("98450O2345", "not a phone number"),
        ("1-800-FLOWERS", "not a phone number"),
    ],
)
async def test_what_is_no_number_is_refused_with_what_is_wrong(people, typed, sentence):
    dina = await people.designer()
    answer = await dina.put("/api/users/profile", json={"phone": typed})
    assert answer.status_code == 422
    assert sentence in answer.json()["error"]["fields"]["phone"]


@pytest.mark.parametrize("name", ["\u200b", "\u3164", "\u2800\u2800", "\u00ad", "\ufeff", " \u200e "])
async def test_a_name_that_nobody_sees_is_refused(people, name):
    visitor = people.anonymous()
    form = {"email": "invisible@example.com", "password": PASSWORD, "name": name}
    answer = await visitor.post("/api/auth/signup", json=form)
    assert (answer.status_code, answer.json()["error"]["fields"]) == (422, {"name": "Please fill this in."})


@pytest.mark.case("W06")
async def test_one_mailbox_is_one_account_however_it_is_typed(people):
    await people.customer(email="uma@bücher.example")
    for typed in (
        "UMA@xn--bcher-kva.example",
        "uma@bu\u0308cher.example",
        "ｕｍａ@bücher.example",
        " uma@BÜCHER.example.",
    ):
        again = await people.anonymous().post(
            "/api/auth/signup", json={"email": typed, "password": PASSWORD, "name": "Uma"}
        )
        assert (again.status_code, again.json()["error"]["code"]) == (409, "EMAIL_TAKEN"), typed
        signed_in = await people.anonymous().post("/api/auth/login", json={"email": typed, "password": PASSWORD})
        assert signed_in.status_code == 200, typed


@pytest.mark.case("W04")
@pytest.mark.parametrize(
    "around",
    [
        "mailto:{}",
        "MAILTO:{}?subject=Order",
        "<{}>",
        "Uma Rao <{}>,",
        '"Rao, Uma" <{}>;',
        "'{}'",
        "({})",
        "{}.",
        "{},",
        "\u2068{}\u2069\n",
    ],
)
async def test_an_address_is_found_in_what_was_pasted(people, around):
    address = f"uma.{token_hex(4)}@example.com"
    uma = await people.customer(email=around.format(address))
    assert uma.user["email"] == address
    for typed in (around.format(address), address.replace("@", " @ "), address.replace("example.com", "EXAMPLE .com")):
        answer = await people.anonymous().post("/api/auth/login", json={"email": typed, "password": PASSWORD})
        assert answer.status_code == 200, typed


@pytest.mark.parametrize("typed", ["\u200b", "   ", "nobody", "uma rao@example.com", "uma@example,com"])
async def test_who_forgot_a_password_hears_that_this_is_no_address(people, typed):
    answer = await people.anonymous().post("/api/auth/forgot-password", json={"email": typed})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["email"])
    page = await people.anonymous().post("/forgot-password", data={"email": typed}, headers={"Accept": "text/html"})
    assert (page.status_code, 'id="error-email"' in page.text) == (422, True)


@pytest.mark.case("W04")
@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1,000", 1000),
        ("₹1,00,000.50", 100000.5),
        ("Rs. 1 000/-", 1000),
        ("1\u00a0000", 1000),
        ("１０００", 1000),
        ("೨೫೦೦", 2500),
        ("٢٬٥٠٠", 2500),
        ("+500", 500),
        ("500 INR", 500),
        ("\u200e500.", 500),
        ("-0", 0),
    ],
)
async def test_an_amount_is_taken_as_people_write_it(people, typed, amount):
    cora = await people.customer()
    form = {"name": "Cora", "age": "೩೦", "budgetMin": typed, "budgetMax": ""}
    answer = await cora.post("/settings/profile", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 303, answer.text
    me = await cora.me()
    assert (me["customer"]["budgetMin"], me["age"]) == (amount, 30)
    found = await cora.get("/customer/designers", params={"minBudget": typed}, headers={"Accept": "text/html"})
    assert found.status_code == 200


@pytest.mark.case("W04")
@pytest.mark.parametrize("typed", ["NaN", "Infinity", "1e400", "12,5", "½", "5²", "--5", "-5", "10000000000", "five"])
async def test_what_is_no_amount_is_refused_at_its_field(people, typed):
    cora = await people.customer()
    form = {"name": "Cora", "budgetMin": typed}
    answer = await cora.post("/settings/profile", data=form, headers={"Accept": "text/html"})
    assert (answer.status_code, 'id="error-budgetMin"' in answer.text) == (422, True)
    assert (await cora.me())["customer"]["budgetMin"] is None


@pytest.mark.case("W06")
async def test_accounts_of_before_that_share_a_mailbox_are_both_reached(people, newcomers, letters, db):
    older = await newcomers.customer("Uma", email="uma@weber-müller.example", password="older looms sing")
    younger = await people.designer("Uma", email="other@example.com", password="younger looms sing")
    # As code of before stored them: the key of the younger one was another.
    punycode = f"uma@{'weber-müller.example'.encode('idna').decode()}"
    await db.execute(
        "update users set email = %(email)s, email_key = 'x' || %(email)s, shared_mailbox = %(email)s where id = %(id)s",
        email=punycode,
        id=younger.id,
    )
    for typed in ("uma@weber-müller.example", punycode.upper(), "uma@weber-mu\u0308ller.example"):
        for person, password in ((older, "older looms sing"), (younger, "younger looms sing")):
            assert (await people.anonymous().sign_in(typed, password))["user"]["id"] == person.id, typed
        wrong = await people.anonymous().post("/api/auth/login", json={"email": typed, "password": "neither of them"})
        assert wrong.status_code == 401
    await people.anonymous().post("/api/auth/forgot-password", json={"email": "uma@weber-müller.example"})
    both = [letter for letter in await letters(punycode, 3) if "choose a new password" in letter.get_content()]
    texts = "\n".join(letter.get_content() for letter in both)
    assert len(both) == 2
    assert "This link is for the one with the address uma@weber-müller.example." in texts
    assert f"This link is for the one with the address {punycode}." in texts

    await older.http.request(
        "DELETE",
        "/api/users/account",
        json={"password": "older looms sing"},
        headers={"X-CSRF-Token": await older.csrf()},
    )
    again = await people.anonymous().post(
        "/api/auth/signup", json={"email": "uma@weber-müller.example", "password": PASSWORD, "name": "Uma"}
    )
    assert again.status_code == 409, "the mailbox is the younger account's now"
    assert await people.anonymous().sign_in("uma@weber-müller.example", "younger looms sing")


async def test_a_bio_has_the_same_line_ends_by_form_and_by_json(people):
    dina = await people.designer()
    typed = "\r\n".join(["four nine letters"] * 100)
    await dina.put("/api/users/profile", json={"bio": typed})
    by_json = (await dina.me())["designer"]["bio"]
    assert by_json == typed.replace("\r\n", "\n")


async def test_a_name_with_joiners_is_found_without_them(people):
    raj = await people.designer(name="ರಾಜ್\u200cಕುಮಾರ್ \u200eವೈ")
    visitor = people.anonymous()
    for typed in ("ರಾಜ್ಕುಮಾರ್", "\u200eರಾಜ್\u200cಕುಮಾರ್\u200b", "ರಾಜ್\u200dಕುಮಾರ್"):
        answer = await visitor.get("/api/designers", params={"search": typed})
        assert [each["userId"] for each in answer.json()["data"]] == [raj.id], typed


@pytest.mark.case("W10")
async def test_a_name_cannot_turn_our_sentence_around(people):
    dina = await people.designer(name="Dina \u202eeverse")
    page = (await people.anonymous().get(f"/customer/designers/{(await dina.me())['designer']['id']}")).text
    assert "<bdi>Dina \u202eeverse</bdi>" in page


async def test_a_switch_that_is_sent_empty_is_off(people):
    cora = await people.customer()
    form = {"name": "Cora", "sharesStyle": "", "sharesBodyShape": "on"}
    assert (await cora.post("/settings/profile", data=form, headers={"Accept": "text/html"})).status_code == 303
    customer = (await cora.me())["customer"]
    assert (customer["sharesStyle"], customer["sharesBodyShape"], customer["sharesBudget"]) == (False, True, False)
