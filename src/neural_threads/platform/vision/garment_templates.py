"""The kinds of garment that can be tried on, and what is typical of each. Pure data: the server reads it too."""

from dataclasses import dataclass
from enum import StrEnum


class GarmentKind(StrEnum):
    """A kind of garment that can be tried on."""

    KURTA = "KURTA"
    SHIRT = "SHIRT"
    BLOUSE = "BLOUSE"
    DRESS = "DRESS"
    GOWN = "GOWN"
    ANARKALI = "ANARKALI"
    LEHENGA = "LEHENGA"
    SAREE = "SAREE"
    TROUSERS = "TROUSERS"
    SALWAR = "SALWAR"
    SKIRT = "SKIRT"
    JACKET = "JACKET"
    SHERWANI = "SHERWANI"
    DUPATTA = "DUPATTA"


@dataclass(frozen=True)
class Template:
    """The cut of a kind of garment, seen from the front.

    `cut`: top (hangs from the shoulders), skirt (from the waist), legs (from the waist, in two), drape (a flat panel).
    `is_fitted`: its narrowest place belongs at the waist. `is_floor_length`: its hem belongs at the ankles.
    `neck`: half width of the neck opening, of the half shoulder width. `collar`: how deep the opening may be, of the
    shoulder width; 0 for a closed collar. `armpit`: how far it lies below the shoulder, of the shoulder width.
    `steep`: the slope at which its shoulder becomes a sleeve. `reach`: how far out the shoulder may be, of the narrowest
    half width of its upper half.
    """

    cut: str
    is_fitted: bool = False
    is_floor_length: bool = False
    neck: float = 0.42
    collar: float = 0.3
    armpit: float = 0.41
    steep: float = 0.75
    reach: float = 1.5


TEMPLATES = {
    GarmentKind.KURTA: Template("top", neck=0.38, collar=0.16, armpit=0.35, steep=1.0),
    GarmentKind.SHIRT: Template("top", neck=0.36, collar=0.12),
    GarmentKind.BLOUSE: Template("top", is_fitted=True, neck=0.5, collar=0.36),
    GarmentKind.DRESS: Template("top", is_fitted=True, neck=0.5),
    GarmentKind.GOWN: Template("top", is_fitted=True, is_floor_length=True, neck=0.5, steep=1.2, reach=1.9),
    GarmentKind.ANARKALI: Template("top", is_fitted=True, is_floor_length=True, neck=0.46, armpit=0.38, steep=1.3),
    GarmentKind.LEHENGA: Template("top", is_fitted=True, is_floor_length=True, neck=0.48, steep=1.3),
    GarmentKind.SAREE: Template("top", is_fitted=True, is_floor_length=True, neck=0.48, reach=1.7),
    GarmentKind.JACKET: Template("top", neck=0.36, collar=0.12),
    GarmentKind.SHERWANI: Template("top", neck=0.34, collar=0.05, armpit=0.31),
    GarmentKind.TROUSERS: Template("legs"),
    GarmentKind.SALWAR: Template("legs"),
    GarmentKind.SKIRT: Template("skirt"),
    GarmentKind.DUPATTA: Template("drape"),
}

SIDES = ("right", "left")
"""The wearer's right is at the left of a picture that shows them from the front."""

POINT_NAMES = (
    "neckFront",
    "crotch",
    *(
        side + part
        for side in SIDES
        for part in ("Neck", "Shoulder", "Armpit", "CuffOuter", "CuffInner", "Waist", "Hip", "Hem", "HemInner")
    ),
)
