"""Switching a device on and off: at known push services only, one for each sign-in, and nobody else's."""

import stat

import pytest

from neural_threads.platform import web_push
from neural_threads.platform.config import get_settings
from tests.account_deletion.test_delete_account import leave
from tests.support.push_service import Browser

PUSH = "/api/notifications/push"
HTML = {"Accept": "text/html"}


@pytest.fixture
def phone(request):
    """A browser at a push service that everybody knows. Nothing happens to its people, so nothing is sent."""
    return Browser(f"https://fcm.googleapis.com/fcm/send/{abs(hash(request.node.name))}")


async def devices(one):
    answer = await one.get(PUSH)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["devices"]


async def test_dina_switches_her_phone_on_and_off(people, phone):
    dina = await people.designer()
    assert await devices(dina) == []
    answers = [await dina.post(PUSH, json=phone.subscription) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    [device] = await devices(dina)
    assert device == answers[0].json()["data"]
    assert device["isCurrent"] is True
    assert set(device) == {"id", "userAgent", "isCurrent", "createdAt"}, "no key and no address comes back"
    for _ in range(2):
        assert (await dina.delete(PUSH)).status_code == 200
    assert await devices(dina) == []


async def test_a_browser_with_a_new_address_is_still_one_device(people, phone):
    dina = await people.designer()
    await dina.post(PUSH, json=phone.subscription)
    later = Browser(phone.endpoint + "-later")
    assert (await dina.post(PUSH, json=later.subscription)).status_code == 201
    assert len(await devices(dina)) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://user@fcm.googleapis.com/x",
        "https://evil.example\\@fcm.googleapis.com/x",
        "https://evil.example#@fcm.googleapis.com/x",
        "https://push.apple.com/x",
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://localhost/x",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com/x y",
        "https://fcm.googleapis.com/x\r\nHost: evil.example",
        "file:///etc/passwd",
        "",
        "x" * 1001,
    ],
)
async def test_we_send_nowhere_but_to_push_services(people, phone, endpoint):
    dina = await people.designer()
    answer = await dina.post(PUSH, json=phone.subscription | {"endpoint": endpoint})
    assert answer.status_code == 422
    assert list(answer.json()["error"]["fields"]) == ["endpoint"]
    assert await devices(dina) == []


@pytest.mark.parametrize(
    "endpoint", ["https://web.push.apple.com/QGu", "https://wns2-pn1p.notify.windows.com/w/?token=BQ%3d"]
)
def test_known_services_are_served(endpoint):
    assert web_push.is_served(endpoint)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"keys": {"p256dh": "BAAA", "auth": "A" * 22}}, "keys.p256dh"),
        ({"keys": {"p256dh": "B" + "A" * 86, "auth": "A" * 22}}, "keys.p256dh"),
        ({"keys": {"p256dh": None, "auth": "A" * 22}}, "keys"),
        ({"keys": {"auth": "A" * 22}}, "keys"),
        ({"keys": {"p256dh": "B", "auth": "A", "more": "C"}}, "keys"),
        ({"keys": "secret"}, "keys"),
        ({"extra": 1}, "extra"),
        ({"expirationTime": "tomorrow"}, "expirationTime"),
    ],
)
async def test_bad_subscriptions_name_the_field(people, phone, change, field):
    dina = await people.designer()
    answer = await dina.post(PUSH, json=phone.subscription | change)
    assert answer.status_code == 422
    assert field in answer.json()["error"]["fields"]


async def test_a_short_secret_is_refused(people, phone):
    dina = await people.designer()
    wrong = phone.subscription | {"keys": phone.subscription["keys"] | {"auth": "AAAA"}}
    assert list((await dina.post(PUSH, json=wrong)).json()["error"]["fields"]) == ["keys.auth"]


async def test_odile_can_neither_take_nor_silence_dinas_phone(people, phone):
    dina, odile = await people.designer(), await people.customer("Odile")
    device = (await dina.post(PUSH, json=phone.subscription)).json()["data"]
    guessed = Browser(phone.endpoint)
    assert (await odile.post(PUSH, json=guessed.subscription)).status_code == 409
    missing = await odile.delete(f"{PUSH}/cnothing")
    answer = await odile.delete(f"{PUSH}/{device['id']}")
    assert (answer.status_code, answer.json()) == (404, missing.json())
    form = {"csrf_token": await odile.csrf()}
    assert (await odile.post(f"/notifications/devices/{device['id']}/end", data=form, headers=HTML)).status_code == 404
    await odile.delete(PUSH)
    assert await devices(odile) == []
    assert len(await devices(dina)) == 1
    for answer in (await people.anonymous().get(PUSH), await people.anonymous().delete(PUSH)):
        assert answer.status_code in (401, 403)


async def test_a_browser_belongs_to_whoever_signed_in_there_last(people, phone):
    dina, odile = await people.designer(), await people.customer("Odile")
    await dina.post(PUSH, json=phone.subscription)
    assert (await odile.post(PUSH, json=phone.subscription)).status_code == 201
    assert (len(await devices(dina)), len(await devices(odile))) == (0, 1)


async def test_signing_out_silences_the_device(people, phone, db):
    dina = await people.designer()
    laptop = await dina.another_device()
    await laptop.post(PUSH, json=phone.subscription)
    await dina.post(PUSH, json=Browser(phone.endpoint + "-too").subscription)
    assert [one["isCurrent"] for one in await devices(laptop)] == [False, True]
    await laptop.post("/api/auth/logout")
    [left] = await devices(dina)
    assert left["isCurrent"] is True
    assert await db.value("select count(*) from push_subscriptions where endpoint = %(e)s", e=phone.endpoint) == 0
    await laptop.close()


async def test_from_here_dina_silences_her_other_device_without_scripts(people, phone):
    dina = await people.designer()
    laptop = await dina.another_device()
    device = (await laptop.post(PUSH, json=phone.subscription)).json()["data"]
    html = (await dina.get("/settings", headers=HTML)).text
    assert "Also on these devices" in html
    assert f'action="/notifications/devices/{device["id"]}/end"' in html
    form = {"csrf_token": await dina.csrf()}
    answer = await dina.post(f"/notifications/devices/{device['id']}/end", data=form, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings?saved=notifications#notifications")
    assert "Also on these devices" not in (await dina.get("/settings", headers=HTML)).text
    await laptop.close()


async def test_who_leaves_takes_their_devices_along(people, phone, db):
    dina = await people.designer()
    await dina.post(PUSH, json=phone.subscription)
    assert (await leave(dina)).status_code == 200
    assert await db.value("select count(*) from push_subscriptions where endpoint = %(e)s", e=phone.endpoint) == 0


async def test_the_worker_may_serve_the_whole_site_and_do_little(people):
    answer = await people.anonymous().get("/service-worker.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"].startswith(
        "default-src 'none'; connect-src 'self'; img-src 'self';"
    )
    assert 'ICON = "/assets/shell/icon-192.' in answer.text
    assert "fetch" not in answer.text.replace("await fetch(url", ""), "no request of a page passes through it"


def test_our_key_is_made_once_and_only_we_can_read_it(own_folder):
    key = web_push.public_key()
    kept = get_settings().data_dir / "push.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(key) == 87
    assert web_push.public_key() == key
