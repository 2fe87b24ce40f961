"""One key for the spellings of a word, in scripts and in Latin letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_threads.platform.folding import fold, romanised, script_of, skeleton, words_of


@pytest.mark.parametrize(
    "spellings",
    [
        ("saree", "sari", "saari"),
        ("lehenga", "lahenga", "ಲೆಹೆಂಗಾ"),
        ("veshti", "vesti", "வேஷ்டி"),
        ("kalyanam", "kalyaanam", "கல்யாணம்"),
        ("mehandi", "मेहंदी", "ಮೆಹಂದಿ"),
        ("kapde", "कपड़े"),
        ("shaadi", "shadi", "शादी"),
    ],
)
def test_spellings_of_a_word_have_one_skeleton(spellings: tuple[str, ...]) -> None:
    assert len({skeleton(word) for word in spellings}) == 1


def test_words_keep_numbers_and_vowel_signs() -> None:
    assert words_of("₹20,000 ka budget, नहीं!") == ["₹20,000", "ka", "budget", "नहीं"]
    assert words_of("don't") == ["dont"]


def test_the_script_of_most_letters_counts() -> None:
    assert script_of("padded blouse सिलवाना है") == "hi"
    assert script_of("ಆಫೀಸಿಗೆ") == "kn"
    assert script_of("hello") is None


@given(st.text(alphabet=st.characters(categories=("L", "M", "N")), max_size=20))
def test_any_word_can_be_folded_and_folding_again_changes_nothing_of_ascii(word: str) -> None:
    assert isinstance(skeleton(word), str)
    assert romanised(romanised(word)) == romanised(word)
    assert fold(word) == fold(word.lower())
