"""A rolling upgrade: the release before and the one after side by side, over a migration, one node after the other."""

import shutil
import socket
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bench.servers import ROOT
from neural_threads.local.postgres_binaries import CannotStart
from neural_threads.platform.db.migrations import newest

from .building import Cluster
from .programs import Program, until

PARTS = ("src", "migrations", "alembic.ini", "pyproject.toml")
DRAINED_WITHIN = 10.0
READY_WITHIN = 60.0

_MIGRATION = '''"""A migration as one of the next release may be: everything that may happen beside code that does not know of it."""

from alembic import op
from neural_threads.platform.db.concurrent_index import create_index

revision = "2099_01_01_01_next"
down_revision = "{newest}"


def upgrade() -> None:
    op.execute(
        """
        alter table messages add column mood text, add column is_loud boolean not null default false;
        alter table messages add constraint messages_mood_check check (mood <> '') not valid;
        create table moods (id text primary key, message_id text not null references messages on delete cascade);
        """
    )
    create_index("messages_mood_idx", "messages (chat_id, mood) where mood is not null")


def downgrade() -> None:
    op.execute("drop table moods; alter table messages drop column mood, drop column is_loud")
'''


def next_release(folder: Path) -> Path:
    """Our code with one migration more, as a release after this one."""
    release = folder / "releases" / "next"
    shutil.rmtree(release, ignore_errors=True)
    release.mkdir(parents=True)
    for part in PARTS:
        whole = ROOT / part
        if whole.is_dir():
            shutil.copytree(whole, release / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(whole, release / part)
    (release / "migrations" / "versions" / "2099_01_01_01_next.py").write_text(_MIGRATION.replace("{newest}", newest()))
    return release


def earlier_release(folder: Path, revision: str) -> Path:
    """The code of a revision in our history."""
    release = folder / "releases" / "earlier"
    shutil.rmtree(release, ignore_errors=True)
    release.mkdir(parents=True)
    archive = folder / "releases" / "earlier.tar"
    argv = ["git", "archive", f"--output={archive}", revision, "--", *PARTS]
    told = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode != 0:
        raise CannotStart(f"There is no release {revision} in the history here: {told.stderr.strip()}")
    shutil.unpack_archive(archive, release)
    return release


def roll(cluster: Cluster, release: Path) -> None:
    """Migrate, then take one node after the other out of the proxy, start the new release on it, and put it back."""
    before = cluster.layout
    cluster.use(release)
    cluster.run_ours("migrate")
    after = cluster.layout
    for number in range(len(after.web)):
        name = f"web{number + 1}"
        _replace(cluster, before.web[number], after.web[number], [f"web/{name}", f"files/{name}"])
        _replace(cluster, before.realtime[number], after.realtime[number], [f"sockets/{name}"])
        before.workers[number].stop()
        after.workers[number].start()


def _replace(cluster: Cluster, old: Program, new: Program, servers: Sequence[str]) -> None:
    admin = cluster.layout.proxy.folder / "admin.sock"
    for server in servers:
        tell(admin, f"set server {server} state drain")
    if not servers[0].startswith("sockets"):  # Those stay for hours; they come back to the other node when theirs goes.
        with suppress(TimeoutError):
            until(lambda: not _busy(admin, servers), DRAINED_WITHIN, "the last answers")
    old.stop()
    new.start()
    until(lambda: cluster.health.is_ready(new), READY_WITHIN, new.name)
    for server in servers:
        tell(admin, f"set server {server} state ready")
    # The proxy looks every second, and believes the second look.
    until(lambda: _are_up(admin, servers), READY_WITHIN, f"{new.name} at the proxy")


def _busy(admin: Path, servers: Sequence[str]) -> bool:
    return any(row["scur"] != "0" for row in _rows(admin, servers))


def _are_up(admin: Path, servers: Sequence[str]) -> bool:
    return all(row["status"].startswith("UP") for row in _rows(admin, servers))


def _rows(admin: Path, servers: Sequence[str]) -> list[dict[str, str]]:
    head, *lines = tell(admin, "show stat").lstrip("# ").splitlines()
    rows = [dict(zip(head.split(","), line.split(","), strict=False)) for line in lines if line]
    return [row for row in rows if f"{row['pxname']}/{row['svname']}" in servers]


def tell(admin: Path, command: str) -> str:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        line.connect(str(admin))
        line.sendall(f"{command}\n".encode())
        answer = b""
        while data := line.recv(65_536):
            answer += data
    return answer.decode()
