"""What may be a name, which format is given, and which bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_threads.platform.images.folder import Folder, is_public_id
from neural_threads.web.http.accept import kind_for
from neural_threads.web.http.ranges import Unsatisfiable, part_of

CHROMIUM = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"


@pytest.mark.parametrize(
    "name",
    ["", "/", "..", "../secret.key", "demo/..", "demo/../../secret.key", "/etc/passwd", "demo//x", "demo/", "a.b", "a\\b",
     "demo/%2e%2e/x", "a\x00b", "a\n", "x" * 121],
)  # fmt: skip
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: object) -> None:
    assert not is_public_id(name)
    with pytest.raises(ValueError):
        Folder(tmp_path).original(name)  # type: ignore[arg-type]


def test_names_may_have_folders() -> None:
    assert is_public_id("demo/lehenga-ikat-rani-3f2a")
    assert is_public_id("cm3x9")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (CHROMIUM, "avif"),
        ("image/webp,*/*", "webp"),
        ("*/*", "jpeg"),
        ("", "jpeg"),
        ("text/html", "jpeg"),
        ("image/avif;q=0, image/webp;q=0.5", "webp"),
        ("image/avif;q=nonsense", "jpeg"),
        ("IMAGE/WEBP", "webp"),
    ],
)
def test_the_browser_gets_the_best_format_it_names(accept: str, kind: str) -> None:
    assert kind_for(accept) == kind


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("bytes=0-9", (0, 9)),
        ("bytes=90-", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-1000", (0, 99)),
        ("bytes=0-1000", (0, 99)),
        ("bytes=9-0", None),
        ("bytes=0-1,2-3", None),
        ("bytes=-", None),
        ("lines=1-2", None),
        ("nonsense", None),
    ],
)
def test_one_range_is_understood(header: str | None, part: tuple[int, int] | None) -> None:
    assert part_of(100, header) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=1000-2000", "bytes=-0"])
def test_a_range_past_the_end_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        part_of(100, header)


@given(st.integers(1, 10_000), st.text(max_size=40) | st.from_regex(r"bytes=\d{0,20}-\d{0,20}", fullmatch=True))
def test_whatever_is_asked_the_part_lies_within(size: int, header: str) -> None:
    try:
        part = part_of(size, header)
    except Unsatisfiable:
        return
    assert part is None or 0 <= part[0] <= part[1] < size
