"""The metadata of an image."""

from enum import StrEnum

from neural_threads.platform.serialization.types import Shape


class Visibility(StrEnum):
    """PUBLIC: everybody may see the image; PRIVATE: only those it was made for."""

    PUBLIC = "public"
    PRIVATE = "private"


class Image(Shape, frozen=True, kw_only=True):
    """A stored picture; sizes in pixels and bytes."""

    public_id: str
    owner_id: str | None
    visibility: Visibility
    content_type: str
    width: int
    height: int
    size: int
    sha256: bytes | None

    @property
    def tag(self) -> str:
        """The ETag. Without a digest the name is enough: names are never used twice."""
        return self.sha256.hex()[:20] if self.sha256 else self.public_id.replace("/", ".")


class StoredImage(Shape, frozen=True, kw_only=True):
    """The answer to an upload: the image's address and its name."""

    url: str
    public_id: str
    width: int
    height: int
