"""New accounts straight in the database, signed in: what a sign-up leaves behind but for its mail, in a tenth of the time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import msgspec
from psycopg.conninfo import make_conninfo

from neural_threads.features.accounts.actions import sign_up_customer, sign_up_designer, sign_up_tailor
from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.queries import account_of
from neural_threads.features.accounts.sessions import Device, TokenPair, start_session
from neural_threads.features.accounts.shapes import NewCustomer, NewDesigner, NewTailor
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import SESSION, Db, configure
from neural_threads.platform.db.prepared_statements import StatementConnection
from neural_threads.platform.security.csrf import csrf_token
from neural_threads.platform.security.passwords import hash_password
from neural_threads.platform.serialization.decode import decode_json
from neural_threads.platform.serialization.encode import encode

from .server import Server

_DEVICE = Device("python-httpx", "127.0.0.1")
_hashes: dict[str, str] = {}
_connections: dict[str, StatementConnection] = {}
_turn = asyncio.Lock()


class Minted(NamedTuple):
    """A new account as the API tells it to its owner, and what her browser carries."""

    user: dict[str, Any]
    cookies: dict[str, str]
    csrf_token: str


def can_mint(server: Server) -> bool:
    """Return True if sessions signed in this process are good on that server: it has our key, and its cookies our names."""
    key = server.data_dir / "secret.key"
    return server.is_usual and key.exists() and key.read_bytes() == get_settings().secret_key


async def mint(server: Server, role: Role, form: dict[str, Any]) -> Minted:
    """Sign somebody up and in by the statements that a sign-up runs. Raises Invalid for a form that the API refuses."""
    raw = msgspec.json.encode(form)
    async with _turn:
        if form["password"] not in _hashes:
            _hashes[form["password"]] = await hash_password(form["password"])
        async with _transaction(server.dsn) as db:
            held = await start_session(db, await _signed_up(db, role, raw, _hashes[form["password"]]), _DEVICE)
            account = await account_of(db, held.user_id, role)
    return Minted(msgspec.json.decode(encode(account)), _cookies_of(held), _csrf_token_of(held))


async def _signed_up(db: Db, role: Role, raw: bytes, password_hash: str) -> str:
    if role is Role.CUSTOMER:
        return await sign_up_customer(db, decode_json(raw, NewCustomer), password_hash)
    if role is Role.DESIGNER:
        return await sign_up_designer(db, decode_json(raw, NewDesigner), password_hash)
    return await sign_up_tailor(db, decode_json(raw, NewTailor), password_hash)


@asynccontextmanager
async def _transaction(dsn: str) -> AsyncIterator[Db]:
    connection = await _connection_to(dsn)
    connection.begin()
    try:
        yield Db(connection)
    except BaseException:
        await connection.end(well=False)
        raise
    await connection.end(well=True)


async def _connection_to(dsn: str) -> StatementConnection:
    """Keep one connection to the database that was asked for last."""
    known = _connections.get(dsn)
    if known is not None and not known.closed:
        return known
    while _connections:
        await _connections.popitem()[1].close()
    options = {"options": SESSION, "connect_timeout": 5}
    made = await StatementConnection.connect(make_conninfo(dsn, **options), autocommit=True, prepare_threshold=None)
    await configure(made)
    _connections[dsn] = made
    return made


def _cookies_of(held: TokenPair) -> dict[str, str]:
    return {"session": held.access, "refresh": held.refresh}


def _csrf_token_of(held: TokenPair) -> str:
    return csrf_token(f"session {held.session_id}", held.session_id)
