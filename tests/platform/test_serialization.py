"""What comes in is read strictly, and every mistake is named."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from neural_threads.platform.errors import Invalid, Malformed
from neural_threads.platform.serialization.decode import decode_form, decode_json, decode_query
from neural_threads.platform.serialization.encode import encode, encode_query
from neural_threads.platform.serialization.types import Incoming, Line, Moment, Shape, Text
from neural_threads.platform.serialization.validation_messages import sentence_for


class NewPortfolioItem(Incoming, frozen=True, kw_only=True):
    piece_name: Line
    age: Annotated[int, Meta(ge=18, le=120)] | None = None
    niches: list[str] = []
    note: Text = ""

    def problems(self) -> dict[str, str]:
        return {"note": "Say it kindly."} if self.note == "rude" else {}


def wrong_fields(raw: bytes) -> set[str]:
    with pytest.raises(Invalid) as refusal:
        decode_json(raw, NewPortfolioItem)
    return set(refusal.value.fields)


def test_a_good_body_is_read_as_typed():
    item = decode_json('{"pieceName": " ಸೀರೆ ", "age": 30}'.encode(), NewPortfolioItem)
    assert (item.piece_name, item.age) == (" ಸೀರೆ ", 30)


def test_every_mistake_is_named_at_once():
    assert wrong_fields(b'{"age": 5, "rating": 5}') == {"pieceName", "age", "rating"}


@pytest.mark.parametrize("age", ['"30"', "30.0", "true", "1e999", "9223372036854775808", "[]", "{}"])
def test_what_is_no_integer_is_refused(age):
    assert wrong_fields(f'{{"pieceName": "a", "age": {age}}}'.encode()) == {"age"}


@pytest.mark.parametrize("text", [r"a\u0000b", r"\ud800", r"\ud800 and more"])
def test_text_that_cannot_be_stored_is_refused_at_its_field(text):
    assert wrong_fields(f'{{"pieceName": "{text}"}}'.encode()) == {"pieceName"}


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b'"x"', b'{"age": NaN}', b"[" * 20_000, b'{"a":' * 20_000, b"\xff"]
)
def test_what_is_no_json_object_is_malformed(raw):
    with pytest.raises(Malformed):
        decode_json(raw, NewPortfolioItem)


def test_rules_across_fields_are_asked_last():
    assert wrong_fields(b'{"pieceName": "a", "note": "rude"}') == {"note"}


def test_a_query_takes_lists_repeated_or_with_commas():
    for query in ([("niches", "A"), ("niches", "B")], [("niches", "A,B")]):
        assert decode_query([("pieceName", "a"), *query], NewPortfolioItem).niches == ["A", "B"]


def test_an_empty_query_parameter_counts_as_absent_and_unknown_ones_are_passed_over():
    item = decode_query([("pieceName", "a"), ("age", ""), ("utm_source", "mail")], NewPortfolioItem)
    assert item.age is None


def test_a_query_is_written_as_it_is_read_without_what_is_usual():
    class Wanted(Shape, frozen=True, kw_only=True):
        search: str = ""
        max_price: float | None = None
        is_new: bool = False
        niches: tuple[str, ...] = ()
        page: int = 1

    wanted = Wanted(search="a & b", max_price=1500.5, is_new=True, niches=("A", "B"))
    pairs = encode_query(wanted)
    assert pairs == [("search", "a & b"), ("maxPrice", "1500.5"), ("isNew", "true"), ("niches", "A"), ("niches", "B")]
    assert decode_query(pairs, Wanted) == wanted
    assert encode_query(Wanted()) == []


@pytest.mark.parametrize(
    "pairs", [[("age", "20"), ("age", "21")], [("age", "abc")], [("age", "5.0")], [("age", "1e9")]]
)
def test_a_bad_query_names_the_parameter(pairs):
    with pytest.raises(Invalid) as refusal:
        decode_query([("pieceName", "a"), *pairs], NewPortfolioItem)
    assert set(refusal.value.fields) == {"age"}


def test_a_form_is_as_closed_as_a_body():
    with pytest.raises(Invalid) as refusal:
        decode_form({"pieceName": "a", "role": "DESIGNER"}, NewPortfolioItem)
    assert set(refusal.value.fields) == {"role"}


class Sold(Shape, frozen=True, kw_only=True):
    sold_at: Moment
    price: Decimal


def test_times_go_out_in_utc_with_milliseconds_and_money_as_numbers():
    at = Moment.of(datetime(2026, 11, 22, 10, 30, 1, 234_567, tzinfo=UTC))
    assert (
        encode(Sold(sold_at=at, price=Decimal("18500.50"))) == b'{"soldAt":"2026-11-22T10:30:01.234Z","price":18500.50}'
    )


@given(st.text(max_size=50))
def test_any_text_comes_back_as_it_was_typed_or_is_refused(text):
    raw = encode({"pieceName": "a", "note": text}) if text.isascii() or _encodable(text) else None
    if raw is None:
        return
    try:
        assert decode_json(raw, NewPortfolioItem).note == text.replace("\r\n", "\n").replace("\r", "\n")
    except Invalid as refusal:
        assert "\x00" in text or text == "rude", refusal.fields


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        ("Expected `array` of length <= 6 - at `$.layers`", "Choose at most 6."),
        ("Expected `array` of length >= 2 - at `$.items`", "Choose at least 2."),
        ("Expected `array` of length >= 1 - at `$.skills`", "Please fill this in."),
        ("Expected `str` of length <= 5000 - at `$.content`", "Use at most 5000 characters."),
    ],
)
def test_too_many_of_a_list_are_not_called_characters(problem: str, sentence: str) -> None:
    assert sentence_for(problem) == sentence
