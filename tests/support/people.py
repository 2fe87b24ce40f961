"""People who use the API, each signed in: `cora = await people.customer(name="Cora")`."""

from secrets import token_hex
from typing import Any, TypeVar

import httpx

from neural_threads.features.accounts.enums import Role

from .declared import check_declared, declared_refusals
from .minting import Minted, can_mint, mint
from .server import Server, http_client

PASSWORD = "seven indigo looms"
T = TypeVar("T", bound="Anonymous")


class Anonymous:
    """A visitor with a cookie jar, who sends the CSRF token as the pages do."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = http_client(url, headers={"Origin": url})
        self._csrf_token = ""

    @property
    def cookies(self) -> httpx.Cookies:
        """The jar, as the last answer left it."""
        return self.http.cookies

    async def csrf(self) -> str:
        """The token of this session (or of this visitor, before one)."""
        if not self._csrf_token:
            answer = await self.http.get("/api/security/csrf")
            assert answer.status_code == 200, f"no CSRF token: {answer.status_code} {answer.text[:500]}"
            self._csrf_token = answer.json()["data"]["token"]
        return self._csrf_token

    def forget_csrf(self) -> None:
        """Ask for a new token next time: signing in or out makes the old one useless."""
        self._csrf_token = ""

    async def get(self, url: str, **options: Any) -> httpx.Response:
        """GET; JSON unless `headers` say otherwise."""
        return _checked(await self.http.get(url, **options))

    async def post(self, url: str, **options: Any) -> httpx.Response:
        """POST with the CSRF token."""
        return await self._send("POST", url, options)

    async def put(self, url: str, **options: Any) -> httpx.Response:
        """PUT with the CSRF token."""
        return await self._send("PUT", url, options)

    async def delete(self, url: str, **options: Any) -> httpx.Response:
        """DELETE with the CSRF token."""
        return await self._send("DELETE", url, options)

    async def sign_up(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST to one of the three sign-up addresses; answers the user."""
        answer = await self.post(path, json=body)
        assert answer.status_code == 201, f"sign-up failed: {answer.status_code} {answer.text[:1000]}"
        self.forget_csrf()
        user: dict[str, Any] = answer.json()["user"]
        return user

    async def sign_in(self, email: str, password: str = PASSWORD) -> dict[str, Any]:
        """POST /api/auth/login; answers `{token, user}`."""
        answer = await self.post("/api/auth/login", json={"email": email, "password": password})
        assert answer.status_code == 200, f"sign-in failed: {answer.status_code} {answer.text[:1000]}"
        self.forget_csrf()
        told: dict[str, Any] = answer.json()
        return told

    async def close(self) -> None:
        """Close the connections."""
        await self.http.aclose()

    async def _send(self, method: str, url: str, options: dict[str, Any]) -> httpx.Response:
        headers = {"X-CSRF-Token": await self.csrf(), **(options.pop("headers", None) or {})}
        return _checked(await self.http.request(method, url, headers=headers, **options))


class Person(Anonymous):
    """Somebody who is signed in."""

    id: str
    name: str
    email: str
    role: str
    password: str = PASSWORD
    user: dict[str, Any]

    def carry(self, minted: Minted) -> None:
        """Be this new account, with its cookies."""
        self.user, self._csrf_token = minted.user, minted.csrf_token
        for name, value in minted.cookies.items():
            self.cookies.set(name, value, domain="127.0.0.1", path="/")

    async def token(self) -> str:
        """An access token, for `Authorization: Bearer` and for sockets without cookies."""
        other = Anonymous(self.url)
        try:
            told = await other.sign_in(self.email, self.password)
        finally:
            await other.close()
        return str(told["token"])

    async def me(self) -> dict[str, Any]:
        """What GET /api/auth/me says."""
        answer = await self.get("/api/auth/me")
        assert answer.status_code == 200, f"{self.name} is not signed in: {answer.text[:500]}"
        data: dict[str, Any] = answer.json()["data"]
        return data

    async def another_device(self) -> "Person":
        """The same person, signed in a second time (the caller closes it)."""
        twin = Person(self.url)
        vars(twin).update({key: value for key, value in vars(self).items() if key not in vars(twin)})
        await twin.sign_in(self.email, self.password)
        return twin


_SIGN_UP = {
    Role.CUSTOMER: "/api/auth/signup",
    Role.DESIGNER: "/api/auth/signup/designer",
    Role.TAILOR: "/api/auth/signup/tailor",
}


class People:
    """Makes people on one server and closes their connections after the test.

    On a server of ours they are put into its database; at a bare address, and with settings of their own for keys or
    cookies, they sign up through the API, which also queues the mail that confirms their address.
    """

    def __init__(self, place: Server | str) -> None:
        self._server = None if isinstance(place, str) else place
        self._url = place if isinstance(place, str) else place.url
        self._made: list[Anonymous] = []
        declared_refusals()  # Takes a second once, which must not fall into what a test measures.

    async def customer(self, name: str = "Cora", **more: Any) -> Person:
        """A customer; `more` are fields of the sign-up form."""
        return await self._arrives(Role.CUSTOMER, name, more)

    async def designer(self, name: str = "Dina", **more: Any) -> Person:
        """A designer of MG Road with four years of bridal and ethnic wear."""
        usual = {
            "location": "MG_ROAD",
            "yearsOfExperience": 4,
            "designNiches": ["BRIDAL", "ETHNIC"],
            "languages": ["ENGLISH"],
        }
        return await self._arrives(Role.DESIGNER, name, usual | more)

    async def tailor(self, name: str = "Tariq", **more: Any) -> Person:
        """A tailor of Commercial Street with nine years of fitting and hemming."""
        usual = {
            "location": "COMMERCIAL_STREET",
            "yearsOfExperience": 9,
            "skills": ["ALTERATIONS", "STITCHING"],
            "languages": ["ENGLISH", "HINDI"],
        }
        return await self._arrives(Role.TAILOR, name, usual | more)

    def anonymous(self) -> Anonymous:
        """A visitor."""
        return self._noted(Anonymous(self._url))

    async def demo(self, email: str, password: str = "threads-demo-1") -> Person:
        """One of the demo's cast, signed in."""
        return await self._known(Person(self._url), email, password)

    async def close(self) -> None:
        """Everybody goes home."""
        for one in self._made:
            await one.close()

    async def _arrives(self, role: Role, name: str, more: dict[str, Any]) -> Person:
        person = self._noted(Person(self._url))
        email = f"{name.split()[0].lower()}.{token_hex(5)}@example.com"
        form = {"email": email, "name": name, "password": PASSWORD} | more
        if self._server is not None and can_mint(self._server):
            person.carry(await mint(self._server, role, form))
        else:
            person.user = await person.sign_up(_SIGN_UP[role], form)
        person.password = form["password"]
        return _named(person)

    async def _known(self, person: Person, email: str, password: str) -> Person:
        self._noted(person)
        person.user = (await person.sign_in(email, password))["user"]
        person.password = password
        return _named(person)

    def _noted(self, one: T) -> T:
        self._made.append(one)
        return one


def _checked(answer: httpx.Response) -> httpx.Response:
    check_declared(answer)
    return answer


def _named(person: Person) -> Person:
    person.id, person.name = person.user["id"], person.user["name"]
    person.email, person.role = person.user["email"], person.user["role"]
    return person
