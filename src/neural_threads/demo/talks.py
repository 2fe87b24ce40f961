"""Conversations of the demo: who said what, and how many minutes ago."""

from dataclasses import dataclass

HOUR = 60
DAY = 24 * HOUR


@dataclass(frozen=True)
class Line:
    """Something said: minutes ago, by the customer or the maker, perhaps with the maker's nth picture."""

    ago: float
    by_customer: bool
    text: str
    picture: int | None = None


@dataclass(frozen=True)
class Talk:
    """A chat between a customer and a maker; `unread` counts the last lines that the other side has not seen."""

    customer: str
    maker: str
    lines: tuple[Line, ...]
    unread: int = 0


def _talk(
    customer: str, provider: str, *lines: tuple[float, str, str] | tuple[float, str, str, int], unread: int = 0
) -> Talk:
    result = tuple(Line(line[0], line[1] == "c", line[2], line[3] if len(line) == 4 else None) for line in lines)
    return Talk(customer, provider, result, unread)


CORA, ODILE = "Cora Fernandes", "Odile Laurent"

TALKS = (
    _talk(
        CORA, "Dina Rao",
        (3 * DAY + 190, "c", "Namaste Dina! I found you through Ananya. I need something for my cousin's sangeet on the 12th of December."),
        (3 * DAY + 176, "p", "Namaste Cora! Ananya has excellent taste in cousins and in tailors 😊"),
        (3 * DAY + 175, "p", "Is the sangeet outdoors? And do you plan to dance, or to watch?"),
        (3 * DAY + 160, "c", "Outdoors, on a lawn in Whitefield. And dance. Definitely dance."),
        (3 * DAY + 152, "p", "Then not more than three kilos, and no train. Grass eats hems."),
        (3 * DAY + 150, "p", "I have a rani ikat that would love the evening light.", 0),
        (3 * DAY + 131, "c", "Oh. That is the one I had open in another tab for a week."),
        (3 * DAY + 130, "c", "Could the border be narrower? Four fingers instead of six?"),
        (3 * DAY + 118, "p", "Easily. The border is sewn on, not woven in. 4 cm or 5?"),
        (3 * DAY + 110, "c", "4. And is a dupatta in marigold too much?"),
        (3 * DAY + 96, "p", "With rani? In December? It is exactly enough."),
        (2 * DAY + 300, "c", "My mother asks whether the zari will scratch. She remembers 1987."),
        (2 * DAY + 281, "p", "Tell her the choli is lined in mulmul, and that I remember 1987 as well. No scratching."),
        (2 * DAY + 280, "p", "What is your budget, so that I plan honestly?"),
        (2 * DAY + 262, "c", "I was hoping for around 60,000, everything in."),
        (2 * DAY + 240, "p", "Lehenga, choli and dupatta: ₹58,500. With a plain satin border instead of zari it would be 54,000."),
        (2 * DAY + 238, "p", "I would keep the zari. You will wear it for twenty years."),
        (2 * DAY + 200, "c", "Zari it is. Can I come and be measured on Saturday?"),
        (2 * DAY + 190, "p", "Saturday at eleven. Wear the shoes you will dance in, the length hangs on them."),
        (2 * DAY + 188, "c", "Kolhapuris. Flat. I am being realistic."),
        (1 * DAY + 420, "p", "Measured, noted, and the cloth is on the table. It was lovely to meet you both!"),
        (1 * DAY + 402, "c", "My mother talked about your tea all the way home."),
        (1 * DAY + 130, "p", "First look at the anarkali version too, in case your sister wants to match.", 2),
        (1 * DAY + 101, "c", "She is already jealous. Please do not show her the price 😄"),
        (46, "p", "Good morning! The kalis are cut. Sixteen of them, and all of them turn."),
        (41, "c", "Sixteen! Can I have pockets?"),
        (38, "p", "One, on the left, for a phone and a lipstick. I put it in every lehenga; nobody asks, everybody wants it."),
        (33, "c", "You are a genius. Should I bring the jewellery for the next fitting?"),
        (9, "p", "Yes please, at least the necklace. The neckline can come up one centimetre or go down two."),
        (6, "c", "Down two 😇"),
        (4, "p", "I had written that down already."),
    ),
    _talk(
        CORA, "Tariq Khan",
        (6 * DAY + 300, "c", "Hello Tariq bhai, my grey trousers have shrunk. Or I have not."),
        (6 * DAY + 282, "p", "Trousers always shrink, madam, it is never the person. Bring them, there are two inches inside."),
        (6 * DAY + 280, "c", "And a kurta that is too long in the sleeves?"),
        (6 * DAY + 271, "p", "One hour. With tea, one hour ten."),
        (5 * DAY + 200, "p", "Both are ready since noon. I kept the old hem on the trousers."),
        (5 * DAY + 140, "c", "Picked up. Perfect, thank you!"),
        (2 * DAY + 60, "c", "One more: Ishaan's blazer, sleeves one centimetre up. Do you touch the buttons?"),
        (2 * DAY + 41, "p", "One centimetre I take from the shoulder, then the buttons stay where he put them. ₹650."),
        (2 * DAY + 38, "c", "Friday?"),
        (2 * DAY + 30, "p", "Friday, inshallah. I give a date and I keep it."),
        (84, "p", "The blazer is done, a day early."),
        (83, "p", "Come any time before eight. The sleeves are exactly one centimetre, I measured twice."),
        unread=2,
    ),
    _talk(
        CORA, "Ishaan Shetty",
        (26 * DAY, "c", "Is the grey herringbone available in a women's cut?"),
        (26 * DAY - 14, "p", "Everything I cut is cut for one person, so yes. Two fittings, three weeks.", 0),
        (25 * DAY + 90, "c", "Half-lined, please, I run for the metro."),
        (25 * DAY + 71, "p", "Half-lined, with a vent that lets you run. Noted."),
        (8 * DAY + 200, "p", "Ready! Sleeves a touch long on purpose, you said you reach for the handrail."),
        (7 * DAY + 400, "c", "Wore it today. Three strangers asked. Perfect, thank you!"),
    ),
    _talk(
        CORA, "Kavya Iyer",
        (4 * DAY + 500, "c", "Hello Kavya, do you have cotton sarees that do not need starch?"),
        (4 * DAY + 460, "p", "Only those! This one came off the loom on Monday.", 0),
        (4 * DAY + 452, "c", "The green in the border is beautiful. How much?"),
        (4 * DAY + 440, "p", "₹7,800 with the blouse stitched."),
        (1 * DAY + 610, "c", "Let me sleep over it, and over my wardrobe, which is full."),
        (1 * DAY + 200, "p", "Of course. I keep it aside until Sunday.", 1),
        unread=1,
    ),
    _talk(
        CORA, "Meera Gowda",
        (12 * DAY + 380, "c", "ನಮಸ್ಕಾರ ಮೀರಾ ಅವರೇ, ಇಳಕಲ್ ಸೀರೆಗೆ ಕುಪ್ಪಸ ಹೊಲಿಸಬೇಕು."),
        (12 * DAY + 350, "p", "ನಮಸ್ಕಾರ! ಖಂಡಿತ. ತೋಳು ಉದ್ದ ಬೇಕೇ, ಗಿಡ್ಡ ಬೇಕೇ?"),
        (12 * DAY + 341, "c", "ಮೊಣಕೈವರೆಗೆ. My Kannada is better than my spelling 😅"),
        (12 * DAY + 330, "p", "ನಿಮ್ಮ ಕನ್ನಡ ಚೆನ್ನಾಗಿದೆ! Elbow length then, with a round neck at the back?"),
        (12 * DAY + 312, "c", "ಹೌದು. ಯಾವಾಗ ಅಳತೆ ಕೊಡಲಿ?"),
        (10 * DAY + 60, "p", "ಸೀರೆ ಬ್ಲೌಸ್ ಅಳತೆ ಕಳುಹಿಸಿ, ಅಥವಾ ಒಂದು ಹಳೆಯ ಕುಪ್ಪಸ ತನ್ನಿ. ಅದೇ ಸುಲಭ."),
    ),
    _talk(
        ODILE, "Dina Rao",
        (9 * DAY + 100, "c", "Bonjour Dina! I am new in Bengaluru and invited to my first Indian wedding. What does one wear?"),
        (9 * DAY + 71, "p", "Bonjour Odile! Colour. Anything but white and black, and less red than the bride."),
        (9 * DAY + 60, "c", "I love the blue one with flowers.", 4),
        (9 * DAY + 48, "p", "It would be lovely on you. It is a gown, so you will manage the stairs as well."),
        (2 * DAY + 33, "c", "My hotel says the wedding has three days?"),
        (2 * DAY + 21, "p", "Only three? Then you need only three outfits. I am joking. Two."),
        (55, "c", "Two, then. When may I come?"),
        unread=1,
    ),
    _talk(
        ODILE, "Tariq Khan",
        (5 * DAY + 120, "c", "Hello, can you shorten a gown by 6 cm until Thursday?"),
        (5 * DAY + 102, "p", "Yes madam. Bring the shoes with the gown."),
        (3 * DAY + 50, "p", "It is ready. The hem is rolled by hand, the machine is too proud for silk."),
        (3 * DAY + 20, "c", "Merci! It is perfect."),
    ),
)  # fmt: skip

OPENERS = (
    "Hello! Is the first picture in your portfolio still available to order?",
    "Hi, I need an outfit for a wedding in January. Do you have time?",
    "Good evening, how long does a piece like your newest one take?",
    "Hello, my sister recommended you. Can we talk about a price?",
    "Hi! Could this be made in another colour?",
    "Hello, do you also work with cloth that I bring?",
    "Can you do something about a sleeve that is too tight?",
)
ANSWERS = (
    "Hello! Yes, of course. When do you need it?",
    "Happy to. Would you tell me your height and the date?",
    "About two and a half weeks from the first fitting.",
    "Gladly. Come by any afternoon, or send a picture first.",
    "In any colour that the dyer can say aloud 😊",
)
MIDDLES = (
    "By the end of next month, no hurry.",
    "5'4\", and it is for the 18th.",
    "That works. What would it cost, roughly?",
    "Here is what I have in mind: simple, no sequins.",
    "I can come on Saturday around noon.",
)
CLOSINGS = (
    "I will send you a quote tonight.",
    "Saturday at noon it is. There will be coffee.",
    "Noted! I will put the cloth aside for you.",
    "Between eight and eleven thousand, depending on the border.",
    "Send me a picture of the place, and I will match the colours.",
)


def small_talk(customer: str, provider: str, number: int) -> Talk:
    """A short chat between anybody and a provider."""
    ago = 95 + number * 371 + (number * number * 37) % 900
    lines = [
        Line(ago, True, OPENERS[number % len(OPENERS)]),
        Line(ago - 18, False, ANSWERS[number % len(ANSWERS)]),
        Line(ago - 31, True, MIDDLES[number % len(MIDDLES)]),
    ]
    if number % 4:
        lines.append(Line(ago - 52, False, CLOSINGS[number % len(CLOSINGS)]))
    return Talk(customer, provider, tuple(lines), 0 if number % 4 else 1)
