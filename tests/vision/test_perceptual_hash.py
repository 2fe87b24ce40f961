"""The same picture again is noticed, another one is not, and colour counts."""

from itertools import combinations

import pytest

from neural_threads.demo.art.catalogue import Drawing, image_svg
from neural_threads.platform.images.perceptual_hash import LENGTH, is_alike, look_at


def drawn(picture: Drawing) -> bytes:
    import pyvips

    image = pyvips.Image.svgload_buffer(image_svg(picture).encode(), scale=0.5).flatten()
    data: bytes = image.pngsave_buffer()
    return data


def saved_again(data: bytes, scale: float, light: float, quality: int) -> bytes:
    import pyvips

    image = pyvips.Image.new_from_buffer(data, "").resize(scale) * light
    again: bytes = image.cast("uchar").jpegsave_buffer(Q=quality)
    return again


PICTURES = [
    Drawing(cut, weave, dye)
    for cut, weave in (("saree", "silk"), ("kurta", "stripes"), ("blazer", "linen"), ("skirt", "block"))
    for dye in ("rani", "peacock")
]


@pytest.fixture(scope="module")
def hashes() -> dict[Drawing, bytes]:
    return {image: look_at(drawn(image))[1] for image in PICTURES}


@pytest.mark.long
@pytest.mark.parametrize(("scale", "light", "quality"), [(1, 1, 60), (0.5, 1, 80), (0.8, 1.04, 75), (0.7, 0.96, 75)])
def test_the_same_image_shrunk_compressed_brighter(
    hashes: dict[Drawing, bytes], scale: float, light: float, quality: int
) -> None:
    for image, known in hashes.items():
        again = look_at(saved_again(drawn(image), scale, light, quality))[1]
        assert len(again) == LENGTH
        assert is_alike(known, again), image


@pytest.mark.long  # many pictures
def test_no_two_garments_are_alike_not_even_in_another_colour(hashes: dict[Drawing, bytes]) -> None:
    alike = [(a, b) for a, b in combinations(PICTURES, 2) if is_alike(hashes[a], hashes[b])]
    assert not alike


def test_what_is_no_hash_is_like_nothing() -> None:
    assert not is_alike(None, None)
    assert not is_alike(b"", bytes(LENGTH))
    assert is_alike(bytes(LENGTH), bytes(LENGTH))
