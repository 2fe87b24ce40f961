"""What a message says: slots, what is not wanted, amounts, the language of the answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_threads.features.accounts.enums import Location, Niche, Skill
from neural_threads.features.stylist.amounts import budget_in
from neural_threads.features.stylist.reply_language import answer_language
from neural_threads.features.stylist.understanding import understand
from tests.stylist.asking_the_stylist import turn


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("20k max", 20_000),
        ("within ₹6,000", 6_000),
        ("do hazar ke andar", 2_000),
        ("बीस हज़ार तक", 20_000),
        ("ಐದು ಸಾವಿರ ಒಳಗೆ", 5_000),
        ("இருபதாயிரத்துக்குள்ள", 20_000),
        ("పదివేలలోపు", 10_000),
        ("५००० रुपये", 5_000),
        ("1.5 lakh", 150_000),
        ("two and a half thousand at most", 2_500),
        ("साढ़े चार हज़ार तक", 4_500),
        ("saadhe chaar hazar tak", 4_500),
        ("ಲಕ್ಷಣವಾದ ಸೀರೆ, ಬಜೆಟ್ ಇಲ್ಲ", None),
        ("4 foot 11", None),
        ("at 9 on the 12th", None),
        ("in 2026", None),
    ],
)
def test_amounts_in_digits_and_words(text: str, amount: int | None) -> None:
    assert budget_in(text) == amount


@pytest.mark.parametrize(
    ("text", "garment"),
    [
        ("anything but no saree please", "saree"),
        ("jeans nahi pehnungi", "jeans"),
        ("seere beda bere heli", "saree"),
        ("pudavai venam", "saree"),
        ("cheera vaddu", "saree"),
        ("look taller without heels", "heels"),
    ],
)
def test_what_is_refused_is_not_wished(text: str, garment: str) -> None:
    said = understand(text)
    assert garment in said.unwanted["garments"]
    assert garment not in said.values.get("garments", [])


def test_without_it_refuses_what_was_named() -> None:
    assert understand("mojari kaatti hai, uske bina kuch").unwanted["garments"] == {"juttis"}


def test_places_and_their_neighbours() -> None:
    assert understand("tailor in commercial st").location is Location.COMMERCIAL_STREET
    assert understand("near Brigade Road").location is Location.MG_ROAD
    assert understand("designer in whitefield").is_elsewhere


@pytest.mark.parametrize("cloth", ["Mysore silk saree", "Mangalore saree", "मैसूर सिल्क साड़ी"])
def test_a_town_that_names_a_cloth_is_not_where_to_look(cloth: str) -> None:
    assert not understand(f"which blouse with a {cloth}").is_elsewhere
    assert understand("a tailor in Mysore").is_elsewhere


def test_skills_and_niches_in_five_languages() -> None:
    for text in ("button came off", "बटन टूट गया", "ಗುಂಡಿ ಕಿತ್ತಿದೆ", "பட்டன் விழுந்தது", "బటన్ ఊడింది"):
        assert Skill.BUTTON_WORK in understand(text).skills, text
    for text in ("fusion wear", "फ्यूजन", "ಫ್ಯೂಷನ್", "ஃப்யூஷன்", "ఫ్యూజన్"):
        assert Niche.FUSION in understand(text).niches, text


@pytest.mark.parametrize(
    ("message", "interface", "spoken"),
    [
        ("what should I wear", "kn", "en"),
        ("shaadi mein kya pehnu", "en", "en"),
        ("shaadi mein kya pehnu", "hi", "hi"),
        ("ಮದುವೆಗೆ ಏನು ಹಾಕ್ಲಿ", "en", "kn"),
        ("padded blouse सिलवाना hai", "en", "hi"),
        ("what should I wear to a wedding, reply in Tamil", "en", "ta"),
        ("naale office ge enu haakli, kannada dalli heli", "en", "kn"),
        ("👍", "te", "te"),
    ],
)
def test_the_answer_speaks_the_askers_language(message: str, interface: str, spoken: str) -> None:
    asked = turn(message, language=interface)
    assert answer_language(asked, understand(message)) == spoken


def test_a_language_asked_for_earlier_stays() -> None:
    asked = turn("and for the office?", "what to wear to a wedding? answer in Hindi", "…")
    assert answer_language(asked, understand(asked.message)) == "hi"


@given(st.text(max_size=200))
def test_any_text_is_understood_without_failing(text: str) -> None:
    said = understand(text)
    assert all(0 <= match.start < match.end for match in said.matches)
    assert said.budget_max is None or said.budget_max > 0


def test_a_trade_is_refused_only_for_another() -> None:
    """ "Not a designer, a tailor" asks for a tailor; "no tailor has time for me" asks for one too."""
    said = understand("i need a tailor, not a designer")
    assert said.has("cues", "tailor")
    assert not said.has("cues", "designer")
    assert understand("no tailor has time for me").has("cues", "tailor")


def test_a_street_that_is_refused_is_not_where_to_look() -> None:
    assert understand("not MG Road, rather Commercial Street").location is Location.COMMERCIAL_STREET


def test_too_warm_for_a_wedding_does_not_unsay_the_wedding() -> None:
    assert understand("is wool too hot for a wedding").has("occasions", "wedding")


@pytest.mark.parametrize("text", ["my measurements are 34, 28, 40", "naap 34 28 40", "ಅಳತೆ 34 28 40"])
def test_three_numbers_behind_measurements_make_a_shape(text: str) -> None:
    assert understand(text).values["shapes"] == ["PEAR"]
