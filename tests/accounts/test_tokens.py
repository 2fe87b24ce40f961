"""Access tokens: thirty that are no good, and none of them makes the server stumble (A11, A12, S6)."""

import base64
import hmac
import json
import time

import jwt
import pytest

from neural_threads.platform.config import get_settings
from neural_threads.platform.security.tokens import access_token, new_refresh_token, read_access_token, session_of
from neural_threads.platform.signing import derived_key

pytestmark = pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")

NOW = int(time.time())
GOOD = {"iss": "neural-threads", "aud": "neural-threads", "sub": "u", "sid": "s", "iat": NOW, "exp": NOW + 900}


def b64(value) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def key() -> bytes:
    return derived_key(get_settings().secret_key, "access")


def signed(claims=None, headers=None, secret=None, algorithm="HS256") -> str:
    claims = {k: v for k, v in (GOOD | (claims or {})).items() if v is not ...}
    return jwt.encode(claims, secret or key(), algorithm, headers={"typ": "at+jwt"} | (headers or {}))


def unsigned(header, signature="") -> str:
    return f"{b64(header)}.{b64(GOOD)}.{signature}"


PUBLIC = b"-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK\n-----END PUBLIC KEY-----\n"


def by_hand(header, secret) -> str:
    """Signed with HMAC whatever the header says, since libraries refuse to make such tokens."""
    body = f"{b64({'typ': 'at+jwt'} | header)}.{b64(GOOD)}"
    return f"{body}.{b64(hmac.digest(secret, body.encode(), 'sha256'))}"


BAD = {
    "alg none": lambda: unsigned({"alg": "none", "typ": "at+jwt"}),
    "alg None": lambda: unsigned({"alg": "None", "typ": "at+jwt"}),
    "alg nOnE": lambda: unsigned({"alg": "nOnE", "typ": "at+jwt"}),
    "empty signature": lambda: unsigned({"alg": "HS256", "typ": "at+jwt"}),
    "no alg": lambda: unsigned({"typ": "at+jwt"}, "eA"),
    "alg null": lambda: unsigned({"alg": None, "typ": "at+jwt"}, "eA"),
    "alg list": lambda: unsigned({"alg": ["HS256"], "typ": "at+jwt"}, "eA"),
    "other secret": lambda: signed(secret=b"x" * 32),
    "public key as secret": lambda: by_hand({"alg": "HS256"}, PUBLIC),
    "RS256": lambda: by_hand({"alg": "RS256"}, key()),
    "ES256": lambda: by_hand({"alg": "ES256"}, PUBLIC),
    "HS512": lambda: signed(algorithm="HS512"),
    "HS384": lambda: signed(algorithm="HS384"),
    "kid path": lambda: signed(headers={"kid": "../../../../dev/null"}),
    "kid sql": lambda: signed(headers={"kid": "x' union select 'key"}),
    "jku": lambda: signed(headers={"jku": "http://127.0.0.1:9/keys"}),
    "x5u": lambda: signed(headers={"x5u": "http://127.0.0.1:9/cert"}),
    "jwk": lambda: signed(headers={"jwk": {"kty": "oct", "k": b64(b"x" * 32)}}),
    "crit": lambda: signed(headers={"crit": ["exp"], "exp": 0}),
    "b64 false": lambda: signed(headers={"b64": False, "crit": ["b64"]}),
    "typ JWT": lambda: signed(headers={"typ": "JWT"}),
    "typ refresh": lambda: signed(headers={"typ": "rt+jwt"}),
    "no typ": lambda: signed(headers={"typ": None}),
    "expired": lambda: signed({"iat": NOW - 7200, "exp": NOW - 3600}),
    "from tomorrow": lambda: signed({"iat": NOW + 86_400, "exp": NOW + 90_000}),
    "not before": lambda: signed({"nbf": NOW + 3600}),
    "other audience": lambda: signed({"aud": "somebody-else"}),
    "audience prefix": lambda: signed({"aud": "neural"}),
    "other issuer": lambda: signed({"iss": "neural"}),
    "no exp": lambda: signed({"exp": ...}),
    "no iat": lambda: signed({"iat": ...}),
    "no sub": lambda: signed({"sub": ...}),
    "no sid": lambda: signed({"sid": ...}),
    "no aud": lambda: signed({"aud": ...}),
    "no iss": lambda: signed({"iss": ...}),
    "sid number": lambda: signed({"sid": 5}),
    "sub list": lambda: signed({"sub": ["u"]}),
    "exp text": lambda: signed({"exp": "never"}),
    "exp huge": lambda: signed({"exp": 1e300}),
    "two parts": lambda: "a.b",
    "five parts": lambda: "a.b.c.d.e",
    "no base64": lambda: "%%%.%%%.%%%",
    "deep header": lambda: f"{b64(b'[' * 1400)}.e30.eA",
    "header no object": lambda: f"{b64([1])}.{b64(GOOD)}.eA",
    "one claim more": lambda: signed({"role": "ADMIN"}),
    "exp fraction": lambda: signed({"exp": NOW + 900.5}),
    "exp true": lambda: signed({"exp": True}),
    "payload no object": lambda: jwt.api_jws.encode(b"[1]", key(), "HS256", headers={"typ": "at+jwt"}),
    "payload no json": lambda: jwt.api_jws.encode(b"\xff\xfe", key(), "HS256", headers={"typ": "at+jwt"}),
    "giant": lambda: signed({"pad": "x" * 5000}),
    "empty": lambda: "",
    "unknown session": lambda: signed(),
    "a refresh token": lambda: new_refresh_token("s"),
}


@pytest.mark.case("A11", "A12")
@pytest.mark.parametrize("kind", BAD)
async def test_a_bad_token_is_refused_and_nothing_breaks(people, kind):
    token = BAD[kind]()
    visitor = people.anonymous()
    bearer = {"Authorization": f"Bearer {token}".strip()}
    answer = await visitor.get("/api/auth/me", headers=bearer)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "NOT_SIGNED_IN")
    assert (await visitor.http.put("/api/users/profile", json={}, headers=bearer)).status_code == 401
    answer = await visitor.get("/api/auth/me", headers={"Cookie": f"session={token}"})
    assert answer.status_code == 401


def test_the_corpus_is_refused_for_its_own_reason(own_folder):
    """The same token without the fault is read; so the faults are what is refused."""
    assert read_access_token(signed()) is not None
    for kind, make in BAD.items():
        if kind != "unknown session":
            assert read_access_token(make()) is None, kind


@pytest.mark.parametrize("header", ["Bearer", "Basic dTpw", "bearer x y", "\xff", "Bearer \xff"])
async def test_other_credentials_are_refused(people, header):
    answer = await people.anonymous().get("/api/auth/me", headers={"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401


def test_a_token_lives_a_quarter_of_an_hour(own_folder):
    claims = jwt.decode(access_token("u", "s"), options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 900
    assert jwt.get_unverified_header(access_token("u", "s")) == {"alg": "HS256", "typ": "at+jwt"}


def test_short_keys_are_no_keys():
    with pytest.raises(ValueError, match="32"):
        derived_key(b"short", "access")


def test_a_refresh_token_names_its_session_and_cannot_be_invented(own_folder):
    token = new_refresh_token("csession")
    assert session_of(token) == "csession"
    assert session_of(token.replace("csession", "cother")) is None
    for spoilt in (token[:-2], token + "AA", token + "=", token.upper(), "", ".", "a.b", "ü." + token):
        assert session_of(spoilt) is None


def test_a_token_that_was_good_is_refused_once_it_is_over(own_folder, monkeypatch):
    """That we made it is remembered; its hour is looked at each time."""
    token = signed()
    assert read_access_token(token) is not None
    monkeypatch.setattr("neural_threads.platform.security.tokens.time.time", lambda: NOW + 10 * 86_400)
    assert read_access_token(token) is None
    assert read_access_token(token, even_if_over=True) is not None
