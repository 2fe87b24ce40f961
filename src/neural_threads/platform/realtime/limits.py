"""Limits per client: seconds, bytes and counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RealtimeLimits:
    """The defaults are the promises of docs/socket-events.md; tests make the times shorter."""

    connect_seconds: float = 10
    """Until a fresh line has said who it is."""
    waiting_per_address: int = 20
    """Lines of one address that have not yet said who they are."""
    handshakes_at_once: int = 8
    """That are looked up; the others wait for their turn."""
    presence_at_once: int = 2
    """People whose partners are looked up: when a network fails and a thousand go, the others need connections, too."""
    sockets_per_user: int = 10
    frame_bytes: int = 65_536
    event_bytes: int = 16_384
    """Of one event that we send; larger things are fetched by the API."""
    events_per_minute: int = 120
    patience: int = 120
    """Refused events, more than allowed, before we hang up."""
    forgeries_per_minute: int = 3
    queue_frames: int = 256
    queue_bytes: int = 1 << 20
    kernel_bytes: int = 1 << 17
    """That the kernel may hold for a client; Linux takes twice as much."""
    stall_seconds: float = 15
    """How long a client may take nothing while something waits for it."""
    ping_seconds: float = 15
    pong_seconds: float = 12
    """With the pause before a ping less than 30: later nobody may still count on a line that is dead."""
    goodbye_seconds: float = 2
    recheck_seconds: float = 60
    deaf_recheck_seconds: float = 1.5
    beat_seconds: float = 30
    offline_seconds: float = 2
    """A page that is left for the next one is not an absence."""
