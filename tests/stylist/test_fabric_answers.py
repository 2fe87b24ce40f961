"""Answers about fabrics: judged by weather, month and occasion; and clothes that may be worn again."""

import pytest

from neural_threads.features.stylist.fabrics import with_weather
from neural_threads.features.stylist.shapes import DesignSegment, OutfitSegment, TextSegment
from neural_threads.features.stylist.understanding import understand
from tests.stylist.asking_the_stylist import ask, words


@pytest.mark.parametrize(
    ("question", "best", "other"),
    [
        ("cotton or georgette for monsoon?", "For rain: georgette", "cotton stays wet longer"),
        ("barish me georgette pehnu ya cotton?", "For rain: georgette", "cotton stays wet longer"),
        ("मानसून के लिए सूती या जॉर्जेट?", "बारिश के लिए: जॉर्जेट", "ज़्यादा समय लेता है: सूती"),
        ("ಮಳೆಗಾಲಕ್ಕೆ ಕಾಟನ್ ಅಥವಾ ಜಾರ್ಜೆಟ್?", "ಮಳೆಗೆ: ಜಾರ್ಜೆಟ್", "ಕಾಟನ್ ಒಣಗಲು"),
        ("மழைக்கு பருத்தியா ஜார்ஜெட்டா?", "மழைக்கு: ஜார்ஜெட்", "பருத்தி காய"),
        ("వర్షాకాలానికి కాటన్ లేదా జార్జెట్?", "వానకు: జార్జెట్", "కాటన్ ఆరడానికి"),
        ("recommend velvet or linen for this heat", "For the heat: linen", "velvet is warmer"),
    ],
)
def test_a_choice_of_two_fabrics_is_answered_by_the_weather(question: str, best: str, other: str) -> None:
    for earlier in ((), ("what should I wear to the office tomorrow", "The light blue shirt.")):
        reply = ask(question, *earlier)
        assert [type(segment) for segment in reply.segments] == [TextSegment]
        assert best in words(reply)
        assert other in words(reply)


@pytest.mark.parametrize(
    ("question", "verdict", "reason"),
    [
        ("can i wear velvet in this heat", "No, better not velvet", "For the heat: cotton, linen"),
        ("is silk too warm for april?", "possible, but not the best choice: silk", "silk is warmer on the skin"),
        ("is linen all right in summer", "Yes, you can wear linen", "wool is warmer"),
        ("should i avoid silk in the monsoon", "No, better not silk", "silk stays wet longer"),
        ("गर्मी में मखमल पहन सकते हैं क्या", "न पहनें तो बेहतर है: मखमल", "गर्मी के लिए: सूती, लिनन"),
        ("ಮಳೆಯಲ್ಲಿ ರೇಷ್ಮೆ ಉಡಬಹುದಾ", "ಧರಿಸದಿದ್ದರೆ ಒಳ್ಳೆಯದು: ರೇಷ್ಮೆ", "ರೇಷ್ಮೆ ಒಣಗಲು"),
    ],
)
def test_one_fabric_is_judged_by_the_weather(question: str, verdict: str, reason: str) -> None:
    for earlier in ((), ("what should I wear to the office tomorrow", "The light blue shirt.")):
        reply = ask(question, *earlier)
        assert [type(segment) for segment in reply.segments] == [TextSegment]
        assert verdict in words(reply)
        assert reason in words(reply)


@pytest.mark.parametrize(
    "question",
    [
        "is a matte satin saree ok for a wedding",
        "is a repeat print fine for the office",
        "silk this may be ok for the office?",
    ],
)
def test_words_that_only_look_like_months_and_repeats(question: str) -> None:
    told = words(ask(question))
    assert "wear it again" not in told
    assert "For the heat" not in told


def test_snow_that_was_named_stays_beside_a_choice_of_fabrics() -> None:
    said = understand("silk or wool for a wedding in the snow")
    assert with_weather(said).values["weather"] == said.values["weather"] == ["snow"]


def test_the_month_of_an_occasion_is_heard() -> None:
    reply = ask("is polyester ok for a may wedding")
    assert words(reply).startswith("No, better not synthetic cloth. For the heat: cotton, linen.")
    assert any(isinstance(segment, OutfitSegment) for segment in reply.segments)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("ok to repeat an outfit?", "Yes, wear it again"),
        ("can I repeat my lehenga at another wedding", "Yes, wear it again"),
        ("is it ok to wear the same saree twice", "Yes, wear it again"),
        ("वही साड़ी दोबारा पहन सकती हूँ क्या", "हाँ, दोबारा पहनिए"),
        ("ಅದೇ ಸೀರೆ ಮತ್ತೆ ಉಡಬಹುದಾ", "ಹೌದು, ಮತ್ತೆ ಧರಿಸಿ"),
        ("அதே புடவையை மறுபடி கட்டலாமா", "ஆமாம், மீண்டும் அணியுங்கள்"),
        ("అదే చీర మళ్లీ కట్టుకోవచ్చా", "అవును, మళ్లీ వేసుకోండి"),
    ],
)
def test_clothes_may_be_worn_again(question: str, told: str) -> None:
    reply = ask(question)
    assert words(reply).startswith(told)
    assert any(isinstance(segment, OutfitSegment) for segment in reply.segments)


def test_a_choice_of_fabrics_for_an_occasion_is_followed_by_an_outfit() -> None:
    reply = ask("silk or cotton for a summer wedding?")
    assert words(reply).startswith("For the heat: cotton.")
    assert any(isinstance(segment, OutfitSegment) for segment in reply.segments)


def test_fabrics_of_what_is_sought_or_compared_by_garment_are_no_choice_of_fabric() -> None:
    assert any(isinstance(one, DesignSegment) for one in ask("show me silk or cotton sarees under 50000").segments)
    assert any(isinstance(one, OutfitSegment) for one in ask("silk saree or cotton kurta for pooja").segments)
