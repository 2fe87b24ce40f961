"""Parse the Socket.IO packets that a client may send; refuse everything else."""

import re
from typing import Any

import msgspec
from socketio import packet as packets

# Type, namespace, id of the ack, JSON: the grammar of the Socket.IO protocol, revision 5, without binary packets.
GRAMMAR = re.compile(r'([0-3])(?:(/[^,{\["]*),?)?(\d{1,9})?(.*)', re.DOTALL)
RESERVED = frozenset({"*", "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})


def parse(text: str) -> tuple[int, str, int | None, Any]:
    """Type, namespace, id of the ack and data of a packet. ValueError or RecursionError when it is none of ours."""
    match = GRAMMAR.fullmatch(text)
    if match is None:
        raise ValueError("no packet")
    digit, namespace, id, body = match.groups()
    kind, namespace = int(digit), namespace or "/"
    data: Any = msgspec.json.decode(body) if body else None
    if kind == packets.CONNECT:
        if data is not None and not isinstance(data, dict):
            raise ValueError("auth must be an object")
    elif namespace != "/":
        raise ValueError("only the main namespace is spoken here")
    elif kind == packets.EVENT and not (isinstance(data, list) and data and isinstance(data[0], str)):
        raise ValueError("an event has a name")
    elif kind == packets.EVENT and data[0] in RESERVED:
        # For these the library would run our own handlers of connects, disconnects and everything else.
        raise ValueError("reserved name")
    return kind, namespace, int(id) if id else None, data
