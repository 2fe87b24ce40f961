"""Roles, languages, niches and other enumerations of a profile, with their labels."""

from enum import StrEnum

from neural_threads.platform.i18n import LazyText
from neural_threads.platform.i18n import lazy_gettext as _


class Role(StrEnum):
    """The three sides of the market."""

    CUSTOMER = "CUSTOMER"
    DESIGNER = "DESIGNER"
    TAILOR = "TAILOR"

    @property
    def home(self) -> str:
        """The folder of pages that belongs to this role."""
        return f"/{self.lower()}"


class Gender(StrEnum):
    MALE = "MALE"
    FEMALE = "FEMALE"
    OTHER = "OTHER"


class Location(StrEnum):
    MG_ROAD = "MG_ROAD"
    COMMERCIAL_STREET = "COMMERCIAL_STREET"


class BodyShape(StrEnum):
    RECTANGLE = "RECTANGLE"
    PEAR = "PEAR"
    HOURGLASS = "HOURGLASS"
    APPLE = "APPLE"
    INVERTED_TRIANGLE = "INVERTED_TRIANGLE"


class Language(StrEnum):
    ENGLISH = "ENGLISH"
    HINDI = "HINDI"
    KANNADA = "KANNADA"
    TAMIL = "TAMIL"
    TELUGU = "TELUGU"


class Niche(StrEnum):
    """A kind of clothes that a designer makes."""

    BRIDAL = "BRIDAL"
    CASUAL = "CASUAL"
    FORMAL = "FORMAL"
    ETHNIC = "ETHNIC"
    WESTERN = "WESTERN"
    FUSION = "FUSION"
    SPORTSWEAR = "SPORTSWEAR"


class Skill(StrEnum):
    """A kind of work that a tailor does."""

    ALTERATIONS = "ALTERATIONS"
    STITCHING = "STITCHING"
    EMBROIDERY = "EMBROIDERY"
    BUTTON_WORK = "BUTTON_WORK"
    ZIPPER_REPAIR = "ZIPPER_REPAIR"
    HEMMING = "HEMMING"
    CUSTOM_FITTING = "CUSTOM_FITTING"
    BRIDAL_WORK = "BRIDAL_WORK"
    ETHNIC_WEAR = "ETHNIC_WEAR"
    WESTERN_WEAR = "WESTERN_WEAR"


_WORDS: dict[StrEnum, LazyText] = {
    Role.CUSTOMER: _("Customer"),
    Role.DESIGNER: _("Designer"),
    Role.TAILOR: _("Tailor"),
    Gender.MALE: _("Male"),
    Gender.FEMALE: _("Female"),
    Gender.OTHER: _("Other"),
    Location.MG_ROAD: _("MG Road"),
    Location.COMMERCIAL_STREET: _("Commercial Street"),
    BodyShape.RECTANGLE: _("Rectangle"),
    BodyShape.PEAR: _("Pear"),
    BodyShape.HOURGLASS: _("Hourglass"),
    BodyShape.APPLE: _("Apple"),
    BodyShape.INVERTED_TRIANGLE: _("Inverted triangle"),
    Language.ENGLISH: _("English"),
    Language.HINDI: _("Hindi"),
    Language.KANNADA: _("Kannada"),
    Language.TAMIL: _("Tamil"),
    Language.TELUGU: _("Telugu"),
    Niche.BRIDAL: _("Bridal"),
    Niche.CASUAL: _("Casual"),
    Niche.FORMAL: _("Formal"),
    Niche.ETHNIC: _("Ethnic"),
    Niche.WESTERN: _("Western"),
    Niche.FUSION: _("Fusion"),
    Niche.SPORTSWEAR: _("Sportswear"),
    Skill.ALTERATIONS: _("Alterations"),
    Skill.STITCHING: _("Stitching"),
    Skill.EMBROIDERY: _("Embroidery"),
    Skill.BUTTON_WORK: _("Button work"),
    Skill.ZIPPER_REPAIR: _("Zipper repair"),
    Skill.HEMMING: _("Hemming"),
    Skill.CUSTOM_FITTING: _("Custom fitting"),
    Skill.BRIDAL_WORK: _("Bridal work"),
    Skill.ETHNIC_WEAR: _("Ethnic wear"),
    Skill.WESTERN_WEAR: _("Western wear"),
}


def label(value: StrEnum) -> str:
    """The value in the reader's language: MG_ROAD is "MG Road"."""
    return str(_WORDS[value])
