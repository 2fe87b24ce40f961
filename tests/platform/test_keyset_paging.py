"""A cursor works for its own list and for nothing else."""

import pytest

from neural_threads.platform.db.keyset_paging import open_cursor, page_size, seal_cursor
from neural_threads.platform.errors import Invalid


def test_a_cursor_gives_back_what_was_put_in():
    assert open_cursor("chats:cora", seal_cursor("chats:cora", "2026-11-22T10:00:00.000Z", "c1")) == [
        "2026-11-22T10:00:00.000Z",
        "c1",
    ]


@pytest.mark.parametrize(
    "harm",
    [
        lambda c: c[:-1],
        lambda c: ("B" if c[0] == "A" else "A") + c[1:],
        lambda c: c + "A",
        lambda c: "%%%",
        lambda c: "",
        lambda c: "ಸೀರೆ",
    ],
)
def test_a_tampered_cursor_is_refused_by_name(harm):
    with pytest.raises(Invalid) as refusal:
        open_cursor("chats:cora", harm(seal_cursor("chats:cora", 7)))
    assert refusal.value.code == "INVALID_CURSOR"


def test_odile_cannot_use_coras_cursor():
    with pytest.raises(Invalid):
        open_cursor("chats:odile", seal_cursor("chats:cora", 7))


def test_a_limit_above_the_maximum_is_clamped_and_one_below_one_is_refused():
    assert (page_size(None), page_size(1_000_000), page_size(7)) == (20, 100, 7)
    for limit in (0, -1):
        with pytest.raises(Invalid) as refusal:
            page_size(limit)
        assert "limit" in refusal.value.fields
