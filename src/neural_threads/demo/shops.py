"""The shops of the demo: sixty designers and sixty tailors, where they are, what they can do, what they show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from neural_threads.demo import cast, words
from neural_threads.demo.garments import Garment, collection, dinas, samples
from neural_threads.demo.rows import demo_id

OPENED = datetime(2024, 1, 8, 10, tzinfo=UTC)

KNOWN_FOR = {  # niches or skills, years, place of those whom the brief of the demo names
    "Dina Rao": (["BRIDAL", "ETHNIC"], 14, "MG_ROAD"),
    "Ishaan Shetty": (["FUSION", "FORMAL"], 8, "COMMERCIAL_STREET"),
    "Kavya Iyer": (["ETHNIC", "CASUAL"], 11, "MG_ROAD"),
    "Meera Gowda": (["ETHNIC", "BRIDAL"], 19, "COMMERCIAL_STREET"),
    "Rohan Patil": (["FORMAL", "ETHNIC"], 9, "MG_ROAD"),
    "Ananya Hegde": (["CASUAL", "WESTERN"], 6, "MG_ROAD"),
    "Zoya Merchant": (["BRIDAL"], 22, "COMMERCIAL_STREET"),
    "Lakshmi Narayanan": (["ETHNIC", "FUSION", "BRIDAL"], 27, "MG_ROAD"),
    "Tariq Khan": (["ALTERATIONS", "HEMMING", "ZIPPER_REPAIR", "ETHNIC_WEAR"], 21, "COMMERCIAL_STREET"),
    "Selvi Murugan": (["STITCHING", "BRIDAL_WORK", "CUSTOM_FITTING"], 16, "MG_ROAD"),
}
NICHES = ("BRIDAL", "ETHNIC", "CASUAL", "FORMAL", "WESTERN", "FUSION", "ETHNIC", "CASUAL", "BRIDAL")
SKILLS = tuple(words.CRAFTS)


@dataclass(frozen=True)
class Shop:
    """A designer or a tailor."""

    name: str
    role: str
    id: str
    bio: str
    location: str
    years: int
    niches: list[str]
    languages: list[str]
    phone: str
    began: datetime
    pieces: list[Garment]
    address: str = ""
    position: tuple[float, float] = (0.0, 0.0)  # latitude, longitude


@cache
def shops() -> tuple[Shop, ...]:
    """All of them, designers first."""
    return (
        *(_designer(number, name) for number, name in enumerate(cast.DESIGNERS)),
        *(_tailor(number, name) for number, name in enumerate(cast.TAILORS)),
    )


def _designer(number: int, name: str) -> Shop:
    rng = Random(f"designer/{name}")
    first = NICHES[number % len(NICHES)] if number % 20 != 13 else "SPORTSWEAR"
    others = [niche for niche in dict.fromkeys(NICHES) if niche != first]
    niches = [first, *rng.sample(others, rng.choice((0, 1, 1, 2)))]
    niches, years, place = KNOWN_FOR.get(name, (niches, 2 + (number * 7) % 31, list(cast.PLACES)[number % 2]))
    opening = rng.choice(words.OPENINGS[niches[0]])
    bio = f"{opening} {_turn(words.MIDDLES, number)} {_turn(words.ENDINGS, number)}"
    return Shop(
        name=name,
        role="DESIGNER",
        id=demo_id("designer", name),
        bio=words.BIOS.get(name, bio),
        location=place,
        years=years,
        niches=niches,
        languages=cast.languages_of(name, number),
        phone=f"+91 98450 {number + 1:05d}",
        began=OPENED + timedelta(days=5 * number, hours=number % 7),
        pieces=dinas() if name == "Dina Rao" else _arranged(collection(number, niches, rng), number),
    )


def _arranged(items: list[Garment], number: int) -> list[Garment]:
    """Not every shop of a niche puts the same kind of garment into its window."""
    first = (0, 1, 0, 2)[number % 4]
    return [*items[first:], *items[:first]]


def _tailor(number: int, name: str) -> Shop:
    rng = Random(f"tailor/{name}")
    skills = [SKILLS[(number * 3) % len(SKILLS)]]
    skills += rng.sample([skill for skill in SKILLS if skill not in skills], rng.choice((2, 3, 3, 4)))
    skills, years, place = KNOWN_FOR.get(name, (skills, 4 + (number * 11) % 36, list(cast.PLACES)[(number + 1) % 2]))
    crafts = " ".join(words.CRAFTS[skill] for skill in skills[:2])
    latitude, longitude = cast.PLACES[place]
    door, street = rng.randrange(2, 190), rng.choice(cast.STREETS[place])
    code = "560001"
    return Shop(
        name=name,
        role="TAILOR",
        id=demo_id("tailor", name),
        bio=words.BIOS.get(name, f"{crafts} {_turn(words.TAILOR_ENDINGS, number)}"),
        location=place,
        years=years,
        niches=skills,
        languages=cast.languages_of(name, number),
        phone=f"+91 98450 {number + 101:05d}",
        began=OPENED + timedelta(days=4 * number + 2, hours=number % 9),
        pieces=samples(number, rng),
        address=f"{door}, {street}, Bengaluru {code}",
        position=(latitude + rng.gauss(0, 0.0032), longitude + rng.gauss(0, 0.0032)),
    )


def _turn(sentences: Sequence[str], number: int) -> str:
    """Sentences in turn, one further in each round, so that no two shops say the same of themselves."""
    return sentences[(number + number // len(sentences)) % len(sentences)]
