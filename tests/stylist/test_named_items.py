"""Cora names a piece that others are to go with: it is worn, and what she asks for is chosen for it."""

import pytest

from neural_threads.features.stylist.shapes import DesignSegment, Intent, OutfitSegment, OwnedItem, Reply
from tests.stylist.asking_the_stylist import JUTTIS, SNEAKERS, ask, item, words, worn

LEHENGA = item("Garba lehenga", "DRESS", "BRIDAL", "orange")
SAREE = item("Haldi saree", "DRESS", "ETHNIC", "yellow")
PINSTRIPES = item("Black pinstripes", "BOTTOMWEAR", "FORMAL", "black")
DUPATTA = item("Red bandhani dupatta", "ACCESSORIES", "ETHNIC", "red")
SHIRT = item("White linen shirt", "UPPERWEAR", "FORMAL", "white")
DRESS = item("Indigo tie dress", "DRESS", "CASUAL", "blue")
BLAZER = item("Interview blazer", "JACKET", "FORMAL", "navy")
KURTA = item("Office kurta", "UPPERWEAR", "ETHNIC", "green")
CORAS = (LEHENGA, SAREE, PINSTRIPES, DUPATTA, SHIRT, DRESS, JUTTIS, SNEAKERS, BLAZER, KURTA)

HALDI = ("haldi", "हल्दी की रस्म", "ಅರಿಶಿನ ಶಾಸ್ತ್ರ", "ஹல்தி நிகழ்ச்சி", "హల్దీ వేడుక")


def outfits(reply: Reply) -> list[set[str]]:
    """The names in each outfit."""
    return [{one.name for one in each.items} for each in reply.segments if isinstance(each, OutfitSegment)]


def prose(reply: Reply) -> str:
    """The sentences, without the names of the pieces."""
    text = words(reply)
    for one in CORAS:
        text = text.replace(one.name or "", "")
    return text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "which dupatta goes with lehenga",
        "which dupatta goes with lehnga",
        "dupatta for my lehenga",
        "which dupatta goes with my Garba lehenga",
        "mere lehenge ke saath kaunsa dupatta",
        "mere garba lehenge ke saath kaunsa dupatta",
        "मेरे लहंगे के साथ कौन सा दुपट्टा",
        "ಯಾವ ದುಪಟ್ಟಾ ಲೆಹೆಂಗಾಗೆ ಹೊಂದುತ್ತದೆ?",
        "ಲೆಹೆಂಗಾ ಜೊತೆ ಯಾವ ದುಪಟ್ಟಾ?",
        "lehenga jote yaava dupatta",
        "lehengage yaava dupatta hondutte",
        "எந்த துப்பட்டா லெஹங்காவுக்கு பொருந்தும்?",
        "லெஹங்காவுடன் எந்த துப்பட்டா?",
        "lehenga kooda entha dupatta nalla irukkum",
        "ఏ దుపట్టా లెహంగాకి బాగుంటుంది?",
        "లెహంగాతో ఏ చున్నీ వేసుకోవాలి?",
        "lehenga tho e dupatta baguntundi",
    ],
)
def test_a_dupatta_is_chosen_for_the_lehenga(text: str) -> None:
    reply = ask(text, wardrobe=CORAS)
    assert outfits(reply)
    assert all({LEHENGA.name, DUPATTA.name} <= each for each in outfits(reply))
    assert "sangeet" not in prose(reply)


@pytest.mark.parametrize(
    "text",
    [
        "which shoes with lehnga",
        "mere lehenge ke saath kaunse joote",
        "लहंगे के साथ कौन से जूते",
        "ಲೆಹೆಂಗಾ ಜೊತೆ ಯಾವ ಶೂ?",
        "nanna lehengage yaava shoes haakli",
        "லெஹங்காவுக்கு எந்த ஷூ?",
        "en lehengavukku entha shoes nalla irukkum",
        "లెహంగాకి ఏ షూ బాగుంటుంది?",
    ],
)
def test_shoes_are_chosen_for_the_lehenga(text: str) -> None:
    chosen = outfits(ask(text, wardrobe=CORAS))
    assert chosen
    assert all({LEHENGA.name, JUTTIS.name} <= each for each in chosen)


def test_each_choice_has_another_dupatta() -> None:
    second = item("Green silk dupatta", "ACCESSORIES", "ETHNIC", "green")
    chosen = outfits(ask("which dupatta goes with my lehenga", wardrobe=(*CORAS, second)))
    assert len(chosen) == 2
    assert all(LEHENGA.name in each for each in chosen)
    assert {DUPATTA.name, second.name} <= set.union(*chosen)
    assert not any({DUPATTA.name, second.name} <= each for each in chosen)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("which dupatta goes with sherwani", ("don't have any sherwani", "white")),
        ("sharara ke saath kaunsa dupatta", ("don't have any sharara", "white")),
        ("शेरवानी के साथ कौन सा दुपट्टा", ("नहीं है", "सफ़ेद")),
        ("ಶೆರ್ವಾನಿ ಜೊತೆ ಯಾವ ದುಪಟ್ಟಾ", ("ಇಲ್ಲ", "ಬಿಳಿ")),
        ("ஷெர்வானியுடன் எந்த துப்பட்டா", ("இல்லை", "வெள்ளை")),
        ("షేర్వానీకి ఏ దుపట్టా", ("లేదు", "తెలుపు")),
    ],
)
def test_what_she_does_not_have_is_said_with_the_colours_to_look_for(text: str, words: tuple[str, ...]) -> None:
    reply = ask(text, wardrobe=CORAS)
    assert all(word in prose(reply) for word in words)
    assert not outfits(reply)


def test_shoes_that_she_does_not_have_are_told_by_their_colour() -> None:
    reply = ask("which heels go with my lehenga", wardrobe=CORAS)
    assert all(LEHENGA.name in each for each in outfits(reply))
    assert "don't have any heels" in prose(reply)
    assert "for heels i would take" in prose(reply)


@pytest.mark.parametrize(
    "text",
    [
        "What goes with my Haldi saree?",
        "meri haldi saree ke saath kya pehnu",
        "मेरी हल्दी साड़ी के साथ क्या अच्छा लगेगा?",
        "ನನ್ನ ಹಳದಿ ಸೀರೆ ಜೊತೆ ಏನು ಹಾಕಲಿ?",
        "nanna haldi seere jote enu haakli",
        "என் ஹல்தி புடவையுடன் என்ன போடலாம்?",
        "en haldi saree kooda enna podalam",
        "నా హల్దీ చీరతో ఏమి వేసుకోవాలి?",
        "naa haldi saree tho em vesukovali",
    ],
)
def test_an_item_called_by_its_name_is_no_occasion(text: str) -> None:
    reply = ask(text, wardrobe=CORAS)
    assert outfits(reply)
    assert all({SAREE.name, JUTTIS.name} <= each for each in outfits(reply))
    assert not [word for word in HALDI if word in prose(reply)]


@pytest.mark.parametrize(("owned", "occasion"), [(BLAZER, "interview"), (KURTA, "office"), (PINSTRIPES, "black")])
def test_no_word_of_a_name_is_read_again(owned: OwnedItem, occasion: str) -> None:
    reply = ask(f"what goes with my {owned.name}", wardrobe=CORAS)
    assert outfits(reply)
    assert all(owned.name in each for each in outfits(reply))
    assert occasion not in prose(reply)


def test_what_is_worn_with_a_blazer_goes_with_it() -> None:
    assert {SHIRT.name, PINSTRIPES.name} <= outfits(ask("what goes with my Interview blazer", wardrobe=CORAS))[0]


@pytest.mark.parametrize(
    "text",
    [
        "What shall I wear to the haldi",
        "haldi mein kya pehnu",
        "हल्दी में क्या पहनूं",
        "ಅರಿಶಿನ ಶಾಸ್ತ್ರಕ್ಕೆ ಏನು ಹಾಕಲಿ",
        "ஹல்திக்கு என்ன போடலாம்",
        "హల్దీకి ఏమి వేసుకోవాలి",
    ],
)
def test_the_occasion_stays_one(text: str) -> None:
    assert any(word in prose(ask(text, wardrobe=CORAS)) for word in HALDI)


def test_a_item_and_an_occasion_are_both_heard() -> None:
    reply = ask("my haldi saree for the sangeet", wardrobe=CORAS)
    assert all(SAREE.name in each for each in outfits(reply))
    assert "for the sangeet" in prose(reply)


def test_a_item_that_is_refused_stays_at_home_alone() -> None:
    other = item("Peacock silk saree", "DRESS", "ETHNIC", "teal")
    names = worn(ask("not the Haldi saree, what else for the puja", wardrobe=(*CORAS, other)))
    assert SAREE.name not in names
    assert other.name in names


def test_the_item_stays_when_she_goes_on_to_ask() -> None:
    reply = ask("and which shoes?", "What goes with my Haldi saree?", "…", wardrobe=CORAS)
    assert all({SAREE.name, JUTTIS.name} <= each for each in outfits(reply))


def test_a_colour_for_a_item_is_told_by_the_colour_of_the_item() -> None:
    reply = ask("which colour goes with my Haldi saree", wardrobe=CORAS)
    assert reply.intent is Intent.COLOUR
    assert "yellow" in prose(reply)


PLAIN = tuple(
    item(name, category, "CASUAL", color)
    for name, category, color in (
        ("Saree", "DRESS", "teal"),
        ("Black", "UPPERWEAR", "black"),
        ("Dress", "DRESS", "red"),
        ("Party wear", "DRESS", "gold"),
        ("Peacock silk saree", "DRESS", "teal"),
        ("Blue jeans", "BOTTOMWEAR", "blue"),
    )
)


def test_a_plain_word_is_no_name() -> None:
    """Cora calls a piece "Saree", "Black" or "Dress"; these words still mean the kind, the colour and any clothes."""
    sarees = worn(ask("what goes with my saree", wardrobe=PLAIN))
    assert {"Saree", "Peacock silk saree"} <= sarees
    assert ask("may I wear black to a wedding", wardrobe=PLAIN).intent is Intent.COLOUR
    assert "for the wedding" in prose(ask("which dress to wear to the wedding", wardrobe=PLAIN))
    assert "for the party" in prose(ask("suggest party wear", wardrobe=PLAIN))


@pytest.mark.parametrize("text", ["show me office kurta designs", "I want a new office kurta under 5000"])
def test_a_kind_that_is_searched_for_is_not_her_own(text: str) -> None:
    assert any(isinstance(each, DesignSegment) for each in ask(text, wardrobe=CORAS).segments)


def test_of_a_choice_neither_is_fixed() -> None:
    assert {SAREE.name, LEHENGA.name} <= worn(ask("haldi saree or garba lehenga for the sangeet?", wardrobe=CORAS))


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("What goes with my Haldi saree?", "green"),
        ("मेरी हल्दी साड़ी के साथ क्या अच्छा लगेगा?", "हरा"),
        ("naa haldi saree tho em vesukovali", "green"),
    ],
)
def test_where_nothing_of_hers_goes_with_it_the_colours_are_named(text: str, colour: str) -> None:
    """An outfit of the saree alone answers nothing."""
    reply = ask(text, wardrobe=(SAREE, PINSTRIPES))
    assert outfits(reply) == [{SAREE.name}]
    assert colour in prose(reply)
