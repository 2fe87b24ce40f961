"""Secrets of this cluster: generated once and stored in its folder."""

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Secrets:
    """Passwords and keys, and the port where people come in."""

    port: int
    key: str
    database: str
    superuser: str
    replicator: str
    redis: str
    metrics: str
    push: str
    database_hash: str
    """What PostgreSQL and PgBouncer know of the database's password."""

    @classmethod
    def of(cls, folder: Path, port: int) -> "Secrets":
        """Those of this folder; made with this port if there are none."""
        path = folder / "secrets.json"
        if not path.exists():
            words = [secrets.token_hex(24) for _ in range(6)]
            made = cls(port, *words, push=secrets.token_urlsafe(32), database_hash=_scram(words[1]))
            path.write_text(json.dumps(asdict(made)))
            path.chmod(0o600)
        return cls(**json.loads(path.read_text()))


def _scram(password: str, rounds: int = 4096) -> str:
    """SCRAM-SHA-256 of a password, as PostgreSQL stores it."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    told = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${rounds}:{told[0]}${told[1]}:{told[2]}"
