"""Accounting after the proof: everything acknowledged is compared with the database, the bucket and the outboxes."""

import email
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from email.policy import default
from typing import Any
from xml.etree import ElementTree

import httpx

from .building import Cluster
from .people import Crowd
from .places import BUCKET
from .programs import until

DRAINED_WITHIN = 240.0
"""A job whose worker was killed is tried again after a minute or two."""
_WAITING = "select count(*) from procrastinate_jobs where status = 'doing' or status = 'todo' and (scheduled_at is null or scheduled_at < now())"
_SIDES = {"customer": "customer_read_seq", "provider": "provider_read_seq"}


@dataclass(frozen=True)
class Line:
    """One line of the table. `most`: what it may be; None: it is only told."""

    what: str
    count: float
    most: float | None = 0

    @property
    def is_kept(self) -> bool:
        """Return True if it is as promised."""
        return self.most is None or self.count <= self.most


def balance(cluster: Cluster, crowd: Crowd, unread: dict[tuple[str, str], int]) -> list[Line]:
    """Every line, with nobody there any more. `unread`: chat and user → what the list of chats says."""
    with cluster.administering("threads") as line:
        drained = _drain(line)
        return [
            *_messages(line, crowd),
            *_reading(line, crowd, unread),
            *_requests(line, crowd),
            *_images(cluster, line, crowd),
            *_catalogue(line, crowd),
            *drained,
            *_letters(cluster, crowd),
            *_logs(cluster, crowd),
            Line("answers that nobody should get (4xx, 500)", len(crowd.notes.strange)),
            Line("things that were never answered within two minutes", crowd.notes.given_up),
        ]


def _messages(line: Any, crowd: Crowd) -> Iterator[Line]:
    chats = {person.seat.chat: person for person in crowd.people}
    rows = line.execute(
        "select chat_id, seq, id, client_id::text from messages where chat_id = any(%s) order by chat_id, seq",
        [list(chats)],
    ).fetchall()
    stored: dict[str, list[tuple[int, str, str]]] = {chat: [] for chat in chats}
    for chat, seq, id, name in rows:
        stored[chat].append((seq, id, name))
    ids = {name: id for _chat, _seq, id, name in rows}
    said = crowd.notes.messages
    names = Counter(name for _chat, _seq, _id, name in rows)
    yield Line("messages acknowledged", len(said), None)
    yield Line("acknowledged messages lost", sum(ids.get(name) != id for name, id in said.items()))
    yield Line("messages doubled", crowd.notes.doubled + sum(count - 1 for count in names.values()))
    yield Line("gaps in seq", sum([seq for seq, _, _ in of] != list(range(1, len(of) + 1)) for of in stored.values()))
    last = dict(line.execute("select id, last_seq from chats where id = any(%s)", [list(chats)]).fetchall())
    yield Line("chats whose last number is wrong", sum(last[chat] != len(of) for chat, of in stored.items()))
    views = sum(person.held != [id for _, id, _ in stored[person.seat.chat]] for person in crowd.people)
    yield Line("people whose view of their chat differs", views)


def _reading(line: Any, crowd: Crowd, unread: dict[tuple[str, str], int]) -> Iterator[Line]:
    wrong = 0
    for person in crowd.people:
        (counted,) = line.execute(
            f"""
            select count(*) from messages m join chats c on c.id = m.chat_id
             where c.id = %s and m.sender_id <> %s and m.seq > c.{_SIDES[person.side]}
            """,
            [person.seat.chat, person.user],
        ).fetchone()
        wrong += unread.get((person.seat.chat, person.user)) != counted
    yield Line("unread counts that differ from a recount", wrong)
    lost = 0
    for (chat, side), seq in crowd.notes.reads.items():
        (kept,) = line.execute(f"select {_SIDES[side]} from chats where id = %s", [chat]).fetchone()
        lost += kept < seq
    yield Line("acknowledged reads lost", lost)
    kept = line.execute("select message_id, user_id, emoji from message_reactions").fetchall()
    yield Line("acknowledged reactions lost", len(crowd.notes.reactions - set(kept)))
    yield Line("reactions doubled", len(kept) - len(set(kept)))


def _requests(line: Any, crowd: Crowd) -> Iterator[Line]:
    decided = crowd.notes.requests
    rows = line.execute(
        """
        select r.id, r.status, count(e.id) filter (where e.from_status = 'PENDING' and e.to_status <> 'PENDING')
          from alteration_requests r left join request_events e on e.alteration_request_id = r.id
         group by r.id
        """
    ).fetchall()
    found = {id: (status, moves) for id, status, moves in rows}
    yield Line("requests over which both sides decided at once", len(decided), None)
    yield Line("acknowledged requests lost", sum(id not in found for id in decided))
    yield Line("requests without a winner", sum(found.get(id, ("PENDING", 0))[0] == "PENDING" for id in decided))
    yield Line("requests with two winners", sum(both == (200, 200) for both in decided.values()))
    yield Line("requests that were decided more than once", sum(found.get(id, ("", 0))[1] > 1 for id in decided))
    wrong = 0
    for id, (cancelled, refused) in decided.items():
        status = found.get(id, ("", 0))[0]
        wrong += (cancelled == 200 and status != "CANCELLED") or (refused == 200 and status != "REJECTED")
    yield Line("requests that stand otherwise than their winner was told", wrong)


def _images(cluster: Cluster, line: Any, crowd: Crowd) -> Iterator[Line]:
    rows = {name for (name,) in line.execute("select public_id from media").fetchall()}
    files = _files(cluster)
    notes = crowd.notes
    yield Line("pictures acknowledged", len(notes.uploads), None)
    yield Line("acknowledged pictures lost", len(set(notes.uploads) - rows) + len(notes.unseen))
    yield Line("pictures without a file", len(rows - files))
    # An upload whose server died between file and row leaves a file; the nightly sweep removes it when it is a day old.
    yield Line("files without a picture (the nightly sweep removes them)", len(files - rows), 5)


def _catalogue(line: Any, crowd: Crowd) -> Iterator[Line]:
    """Whether the kept counts of tailors by skill and place are those of a recount."""
    row = line.execute(
        """
        with kept as (
          select value, sum(many) as many from catalogue_counts where kind = 'TAILOR' group by value having sum(many) <> 0
        ), counted as (
          select trait as value, count(*) as many from tailors t, listed_traits(t.search_name, t.location, t.skills) as trait
           group by trait
        )
        select count(*) from kept full join counted using (value) where kept.many is distinct from counted.many
        """
    ).fetchone()
    yield Line("profiles changed", sum(each.kind == "profile" for each in crowd.notes.samples), None)
    yield Line("counts of the catalogue that differ from a recount", row[0])


def _files(cluster: Cluster) -> set[str]:
    found: set[str] = set()
    token = ""
    with cluster.places.within(BUCKET):
        while True:
            asked = {"list-type": "2", "prefix": "pictures/", "continuation-token": token}
            url = f"http://{cluster.places.address(BUCKET)}:9000/threads"
            answer = httpx.get(url, params={k: v for k, v in asked.items() if v}, timeout=30, trust_env=False)
            tree = ElementTree.fromstring(answer.raise_for_status().text)
            space = tree.tag.removesuffix("ListBucketResult")
            found |= {str(key.text).removeprefix("pictures/") for key in tree.iter(f"{space}Key")}
            token = tree.findtext(f"{space}NextContinuationToken") or ""
            if not token:
                return {name for name in found if not name.startswith("probe")}


def _drain(line: Any) -> list[Line]:
    """Wait until the queue is empty; what is left then is lost or late."""
    begun = time.monotonic()
    with suppress(TimeoutError):
        until(lambda: line.execute(_WAITING).fetchone() == (0,), DRAINED_WITHIN, "the queue")
    (left,) = line.execute(_WAITING).fetchone()
    (failed,) = line.execute("select count(*) from procrastinate_jobs where status in ('failed', 'aborted')").fetchone()
    return [
        Line("jobs that were not done", left),
        Line("jobs that failed for good", failed),
        Line("seconds until the queue was empty", round(time.monotonic() - begun, 1), None),
    ]


def _letters(cluster: Cluster, crowd: Crowd) -> Iterator[Line]:
    """One letter for each that was promised. One that was written twice has the same name, so a mailbox shows it once."""
    by_address: dict[str, set[str]] = {}
    twice = 0
    for program in cluster.layout.workers:
        for path in (cluster.folder / f"machine{program.machine}" / "threads" / "outbox").glob("*.eml"):
            letter = email.message_from_bytes(path.read_bytes(), policy=default)
            names = by_address.setdefault(letter["To"].addresses[0].addr_spec, set())
            twice += path.stem in names
            names.add(path.stem)
    promised = crowd.notes.letters
    missing = sum(max(0, count - len(by_address.get(to, ()))) for to, count in promised.items())
    yield Line("letters promised", promised.total(), None)
    yield Line("letters that never left (jobs lost)", missing)
    yield Line("letters written by two workers, with one name (jobs done twice)", twice, None)


def _logs(cluster: Cluster, crowd: Crowd) -> Iterator[Line]:
    """Every log of every program, searched for what people said, who they are, where they come from, and for secrets."""
    secrets = [value for name, value in asdict(cluster.secrets).items() if name not in ("port", "database_hash")]
    told = {
        "words of people": re.escape(crowd.canary),
        "e-mail addresses of people": r"(?:seat|maker)-\d+@example",
        "addresses that people come from": r"\b127\.0\.(?:[1-9]|1\d)\.\d{1,3}\b",
        "tokens and keys": "|".join([r"\beyJ[\w-]{8,}\.eyJ", r"Bearer [\w.-]{16,}", *map(re.escape, secrets)]),
    }
    logs = {path: path.read_text(errors="replace") for path in sorted(cluster.folder.glob("machine*/**/*.log"))}
    for what, pattern in told.items():
        places = {path.name: len(re.findall(pattern, text)) for path, text in logs.items()}
        for name, times in places.items():
            if times:
                print(f"  {what} in {name}, {times} times")
        yield Line(f"{what} in a log", sum(places.values()))
    yield Line("logs searched, in kB", round(sum(map(len, logs.values())) / 1_000), None)
