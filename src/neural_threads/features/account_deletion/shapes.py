"""Account deletion: the request, and the summary shown before it."""

from neural_threads.features.accounts.shapes import TypedPassword
from neural_threads.platform.serialization.types import Incoming, Shape


class Farewell(Incoming, frozen=True, kw_only=True, rename="camel"):
    """The request to delete an account; with the password, unless the sign-in is recent."""

    password: TypedPassword | None = None


class Belongings(Shape, frozen=True, kw_only=True):
    """The number of things that are erased, and of those that stay with the other side."""

    pictures: int
    pieces: int
    works: int
    saved: int
    chats: int
    requests: int
    reviews: int
    open_requests: int
