"""Declarations beside a handler's signature: the bodies it reads itself, and the errors it may answer.

Keywords of `@get` and its neighbours, kept in the handler's `opt`:

- `refusals=(WrongPassword, TooOften)`: the errors that its work may raise. Those that follow from the signature (no sign-in,
  a wrong field, a missing thing in the path …) are added by `web/openapi/operation.py`.
- `takes=Takes(json=(…))`: bodies that one parameter `data` cannot say.
- `may_repeat=True`: 201 the first time, 200 with the first result when the same is sent again.
- `conditional=True`: the answer has an ETag; `If-None-Match` with it is answered by 304.
- `body_may_be_missing=True`, `may_stream=True`: as they say.
"""

from typing import Annotated, NamedTuple

import msgspec
from litestar.params import HeaderParameter

Shapes = tuple[type[msgspec.Struct], ...]


IdempotencyKey = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]
"""`key: IdempotencyKey = None` in a signature: the name of a request that is done once, however often it is sent."""


class Takes(NamedTuple):
    """Bodies that a handler decodes by itself. `beside_file` is None when it takes no file."""

    json: Shapes = ()
    form: Shapes = ()
    beside_file: Shapes | None = None
