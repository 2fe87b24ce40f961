"""A model server of one's own that dresses people: docs/tryon-model-server.md is what we ask of it."""

from neural_threads.platform.images.ingest import TYPES, kind_of

from . import DrawingPrompt, GarmentPart, ImagePart, ModelFailed

MAX_BYTES = 10_000_000
SECONDS = 60.0
RETRIABLE = (408, 429, 500, 502, 503, 504)
REFUSED = 422


class TryOnServer:
    """Sends a person and one garment after the other, the lowest first, to one address. It is never led to another."""

    def __init__(self, url: str, token: str = "") -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def draw(self, prompt: DrawingPrompt) -> bytes:
        """Return the image that came back for the last garment. Raise ModelFailed when one of them gave none."""
        person = prompt.person
        for garment in prompt.garments:
            person = await self._dressed(person, garment)
        return person.data

    async def _dressed(self, person: ImagePart, garment: GarmentPart) -> ImagePart:
        import httpx

        from .capped_http import capped_client

        files = {
            "person": ("person", person.data, person.mime_type),
            "garment": ("garment", garment.image.data, garment.image.mime_type),
        }
        try:
            async with capped_client(MAX_BYTES, uses_proxy=False) as client:
                answer = await client.post(self._url, files=files, data={"kind": garment.kind}, headers=self._headers)
        except httpx.HTTPError as error:
            raise ModelFailed(type(error).__name__, may_retry=isinstance(error, httpx.ConnectError)) from error
        return _image(answer.status_code, answer.content)


def _image(status: int, data: bytes) -> ImagePart:
    if status == REFUSED:
        raise ModelFailed("refused", is_refusal=True)
    if status != 200:
        raise ModelFailed(f"status_{status}", may_retry=status in RETRIABLE)
    kind = kind_of(data[:12])
    if kind is None:
        raise ModelFailed("not_an_image")
    return ImagePart(data, TYPES[kind])
