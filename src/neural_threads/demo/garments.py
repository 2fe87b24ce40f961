"""Items: which garments a provider shows, what they cost in INR, and how they are described."""

from dataclasses import dataclass
from random import Random

from neural_threads.demo.art import GROUNDS, Drawing

CUTS_OF = {
    "BRIDAL": ("lehenga", "saree", "lehenga", "sherwani", "sharara-set", "anarkali", "gown"),
    "ETHNIC": ("saree", "anarkali", "kurta", "salwar-set", "dupatta", "nehru-jacket", "sharara-set"),
    "FORMAL": ("blazer", "waistcoat", "shirt", "trousers", "sherwani", "blazer"),
    "CASUAL": ("shirt", "dress", "kurta", "skirt", "salwar-set", "trousers"),
    "WESTERN": ("gown", "dress", "blazer", "skirt", "trousers", "dress"),
    "FUSION": ("nehru-jacket", "skirt", "gown", "blazer", "sharara-set", "waistcoat", "dress"),
    "SPORTSWEAR": ("shirt", "trousers", "dress", "skirt"),
}

WEAVES_OF = {
    "lehenga": ("ikat", "zardozi", "mirror", "bandhani", "brocade", "floral", "leheriya", "block"),
    "saree": ("paisley", "brocade", "ikat", "bandhani", "silk", "checks", "stripes", "floral", "zardozi"),
    "anarkali": ("block", "zardozi", "chikan", "floral", "paisley", "bandhani"),
    "gown": ("floral", "silk", "zardozi", "chikan", "leheriya", "linen"),
    "sherwani": ("brocade", "zardozi", "silk", "paisley", "ajrakh"),
    "kurta": ("chikan", "block", "ikat", "stripes", "silk", "checks"),
    "nehru-jacket": ("ajrakh", "ikat", "brocade", "herringbone", "stripes", "block"),
    "blazer": ("herringbone", "pinstripe", "checks", "linen", "ikat", "brocade"),
    "waistcoat": ("herringbone", "pinstripe", "ajrakh", "silk", "checks", "brocade"),
    "shirt": ("checks", "stripes", "linen", "block", "ikat", "ajrakh", "pinstripe"),
    "trousers": ("linen", "pinstripe", "herringbone", "checks"),
    "dress": ("floral", "block", "leheriya", "checks", "bandhani", "chikan", "stripes"),
    "skirt": ("block", "leheriya", "mirror", "ikat", "floral", "paisley"),
    "salwar-set": ("block", "bandhani", "chikan", "floral", "ajrakh", "paisley"),
    "sharara-set": ("mirror", "zardozi", "floral", "brocade", "chikan"),
    "dupatta": ("bandhani", "paisley", "leheriya", "ajrakh", "ikat", "brocade", "mirror"),
}

BRIGHT = (
    "rani",
    "madder",
    "marigold",
    "peacock",
    "indigo",
    "neem",
    "jamun",
    "lac",
    "firozi",
    "geru",
    "haldi",
    "gulabi",
)
SOBER = ("indigo", "slate", "ink", "neem", "lac", "geru", "mehendi", "khadi", "peacock")
SOFT = ("gulabi", "pista", "ivory", "firozi", "haldi", "khadi", "jamun")
TAILORED = ("blazer", "waistcoat", "trousers")

PRICES = {  # from, to: what such an item costs at an ordinary address
    "lehenga": (28000, 95000), "saree": (6500, 24000), "anarkali": (9000, 28000), "gown": (14000, 46000), "sherwani": (22000, 64000),
    "kurta": (2400, 6500), "nehru-jacket": (5500, 13000), "blazer": (9500, 24000), "waistcoat": (4200, 9500), "shirt": (1800, 4200),
    "trousers": (2200, 5200), "dress": (3800, 11000), "skirt": (3200, 9000), "salwar-set": (4500, 12000), "sharara-set": (9500, 30000),
    "dupatta": (1800, 6500),
}  # fmt: skip

DYE_WORDS = {
    "indigo": "Indigo", "madder": "Madder-red", "marigold": "Marigold", "rani": "Rani-pink", "neem": "Neem-green", "peacock": "Peacock-blue",
    "ink": "Ink-black", "khadi": "Undyed", "haldi": "Turmeric-yellow", "lac": "Lac-red", "gulabi": "Rose-pink", "pista": "Pistachio",
    "jamun": "Jamun-purple", "geru": "Geru-rust", "firozi": "Turquoise", "ivory": "Ivory", "slate": "Slate-grey", "mehendi": "Henna-green",
}  # fmt: skip

WEAVE_WORDS = {
    "ikat": "Pochampally ikat", "bandhani": "bandhani, tied dot by dot in Bhuj", "block": "Bagru block print", "paisley": "silk with woven paisleys",
    "checks": "Madras checks", "silk": "mulberry silk with gold buttis", "linen": "washed linen", "stripes": "striped handloom cotton",
    "leheriya": "leheriya from Jaipur", "ajrakh": "ajrakh, printed fourteen times", "brocade": "Banarasi brocade", "chikan": "chikankari from Lucknow",
    "floral": "hand-painted kalamkari", "herringbone": "herringbone tussar", "pinstripe": "pinstriped light wool", "zardozi": "raw silk with zardozi",
    "mirror": "cotton silk with Kutch mirror work",
}  # fmt: skip

CUT_WORDS = {
    "lehenga": ("lehenga", "lehenga with choli and dupatta", "twelve-panel lehenga"),
    "saree": ("saree with stitched blouse", "saree, six yards and a blouse"),
    "anarkali": ("anarkali", "floor-length anarkali"),
    "gown": ("gown", "evening gown"),
    "sherwani": ("sherwani", "sherwani with churidar"),
    "kurta": ("kurta with trousers", "long kurta"),
    "nehru-jacket": ("Nehru jacket", "bandi over a plain kurta"),
    "blazer": ("blazer", "half-lined blazer"),
    "waistcoat": ("waistcoat", "five-button waistcoat"),
    "shirt": ("shirt", "camp-collar shirt", "office shirt"),
    "trousers": ("trousers", "pleated trousers"),
    "dress": ("dress", "day dress", "tie-waist dress"),
    "skirt": ("skirt", "long skirt"),
    "salwar-set": ("salwar set", "patiala set"),
    "sharara-set": ("sharara set", "kurti with sharara"),
    "dupatta": ("dupatta", "dupatta with tassels"),
}

DETAILS_OF = {
    "lehenga": ("sixteen kalis and a can-can that folds flat.", "hidden pocket on the left, weighed at 3.2 kg.", "border in antique zari."),
    "saree": ("with a contrast blouse piece, stitched to measure.", "temple border, pallu woven in one piece.", "pre-pleated on request."),
    "anarkali": ("lined in mulmul, with a border that follows the flare.", "cut on the bias, so it turns when you do."),
    "gown": ("draped on the stand, zip at the side.", "bias skirt, light enough to pack."),
    "sherwani": ("half canvas, nine covered buttons.", "with room to lift your arms for a garland."),
    "kurta": ("side slits, single pocket, coconut buttons.", "washes like a handkerchief."),
    "nehru-jacket": ("half-lined for our weather.", "six horn buttons, welt pocket."),
    "blazer": ("soft shoulder, two buttons, working cuffs.", "unlined back, patch pockets inside."),
    "waistcoat": ("adjustable at the back.", "cut high enough to be worn without a jacket."),
    "shirt": ("single-needle seams, mother-of-pearl buttons.", "collar that stands without starch."),
    "trousers": ("side adjusters instead of a belt.", "two inches left in the hem."),
    "dress": ("pockets, of course.", "with a belt you can lose and replace."),
    "skirt": ("drawstring and tassels, one size forgives.", "three tiers, four metres of cloth."),
    "salwar-set": ("with a dupatta dyed to match.", "generous pleats, narrow ankle."),
    "sharara-set": ("five metres in each leg.", "joined at the knee with gota."),
    "dupatta": ("two and a half metres, tassels knotted by hand.", "border on all four sides."),
}  # fmt: skip


@dataclass(frozen=True)
class Garment:
    """One piece as it is shown."""

    picture: Drawing
    category: str
    description: str
    least: int
    most: int


def piece(
    cut: str, weave: str, dye: str, category: str, rng: Random, *, ground: str, tier: float = 1.0, seed: int = 0
) -> Garment:
    """An item with its price range and a description of what it is."""
    low, high = PRICES[cut]
    factor = tier * (1.6 if category == "BRIDAL" else 1.0) * (1.35 if weave in ("zardozi", "brocade") else 1.0)
    step = 500 if low * factor > 5000 else 100
    least = round(rng.uniform(0.85, 1.3) * low * factor / step) * step
    most = round(min(least * rng.uniform(1.5, 2.4), max(high * factor, least * 1.3)) / step) * step
    words = f"{DYE_WORDS[dye]} {rng.choice(CUT_WORDS[cut])} in {WEAVE_WORDS[weave]}: {rng.choice(DETAILS_OF[cut])}"
    return Garment(Drawing(cut, weave, dye, ground, seed=seed), category, words, least, most)


def collection(number: int, niches: list[str], rng: Random) -> list[Garment]:
    """Four to six pieces of a designer, one ground for all, so that a shop looks like one."""
    ground = rng.choice(list(GROUNDS))
    tier = rng.choice((0.75, 0.9, 1.0, 1.0, 1.2, 1.5))
    result: list[Garment] = []
    for i in range(rng.choice((4, 5, 5, 6))):
        niche = niches[i % len(niches)]
        cuts = [cut for cut in CUTS_OF[niche] if cut not in [p.picture.cut for p in result]] or list(CUTS_OF[niche])
        cut = cuts[0] if i == 0 else rng.choice(cuts)
        weave, dye = _cloth(cut, [p.picture.dye for p in result], [p.picture.weave for p in result], rng)
        category = {"SPORTSWEAR": "CASUAL"}.get(niche, niche)
        if i == 5 and number % 4 == 0:
            category = "CUSTOM"
        result.append(piece(cut, weave, dye, category, rng, ground=ground, tier=tier, seed=number))
    return result


def _cloth(cut: str, dyes: list[str], weaves: list[str], rng: Random) -> tuple[str, str]:
    weave = rng.choice([w for w in WEAVES_OF[cut] if w not in weaves] or list(WEAVES_OF[cut]))
    plenty = (
        SOBER if cut in TAILORED or weave in ("pinstripe", "herringbone") else SOFT if weave == "chikan" else BRIGHT
    )
    return weave, rng.choice([dye for dye in plenty if dye not in dyes] or list(plenty))


def dinas() -> list[Garment]:
    """The designs that Dina Rao shows, chosen one by one: it is the first thing that anybody sees."""
    rng = Random("dina")
    rows = (
        ("lehenga", "ikat", "rani", "BRIDAL"), ("saree", "brocade", "peacock", "BRIDAL"), ("anarkali", "zardozi", "lac", "ETHNIC"),
        ("lehenga", "mirror", "marigold", "BRIDAL"), ("gown", "floral", "indigo", "FUSION"), ("dupatta", "bandhani", "madder", "ETHNIC"),
    )  # fmt: skip
    return [
        piece(cut, weave, dye, category, rng, ground="khadi", tier=1.1, seed=7) for cut, weave, dye, category in rows
    ]


SAMPLE_WORDS = {
    "blazer": "Shoulders narrowed by two centimetres, sleeves shortened from the top.",
    "shirt": "Stitched from the customer's own cloth, checks meeting at the pocket.",
    "trousers": "Waist let out, hem kept original.",
    "salwar-set": "Stitched in two days from four metres of cotton.",
    "kurta": "Copied from a well-loved old one.",
    "dress": "Taken in at the waist, new hidden zip.",
    "saree": "Blouse with boat neck, fall and pico done the same day.",
    "sherwani": "Taken in at the back before a wedding, nine buttons moved.",
    "lehenga": "Waist and choli fitted the evening before the wedding.",
    "waistcoat": "New lining and back strap.",
    "skirt": "Hem levelled, drawstring renewed.",
    "anarkali": "Length reduced above the border, so the border stayed.",
}


def samples(number: int, rng: Random) -> list[Garment]:
    """Three images of a tailor's work, out of a common stock: everybody mends the same kinds of clothes."""
    stock = sample_stock()
    start = rng.randrange(len(stock))
    chosen: list[Garment] = []
    while len(chosen) < 3:
        one = stock[(start + len(chosen) * 17 + number) % len(stock)]
        start += one.picture.cut in [c.picture.cut for c in chosen]
        if one.picture.cut not in [c.picture.cut for c in chosen]:
            chosen.append(one)
    return chosen


def sample_stock() -> list[Garment]:
    """Forty-eight pieces of work, four of each cut."""
    rng = Random("stock")
    result = []
    for i in range(4):
        for cut, words in SAMPLE_WORDS.items():
            weave, dye = _cloth(cut, [], [], rng)
            image = Drawing(cut, weave, dye, rng.choice(("khadi", "sand", "dune", "sky", "sage")), seed=100 + i)
            result.append(Garment(image, "CUSTOM", words, 0, 0))
    return result


@dataclass(frozen=True)
class Hanging:
    """A piece in Cora's wardrobe."""

    picture: Drawing
    category: str
    subcategory: str
    name: str
    color: str
    brand: str | None

    @property
    def price(self) -> int | None:
        """Return the price that she paid, in INR, where she remembers it."""
        low, high = PRICES[self.picture.cut]
        return round((low + high) / 200) * 100 if self.brand or self.picture.cut in ("lehenga", "saree") else None


LOOKS = (
    ("Garba night", (("Garba lehenga", "lehenga and blouse"), ("Red bandhani dupatta", "dupatta"))),
    (
        "Monday in the office",
        (("White linen shirt", "shirt"), ("Black pinstripes", "trousers"), ("Grey herringbone", "blazer")),
    ),
)
"""Which of Cora's pieces she wears together."""


def wardrobe() -> list[Hanging]:
    """Cora's twenty-four items, cut out, with the colours she would call them."""
    rows = (
        ("shirt", "linen", "ivory", "UPPERWEAR", "FORMAL", "White linen shirt", "white", "Fabindia"),
        ("shirt", "checks", "indigo", "UPPERWEAR", "CASUAL", "Madras shirt", "blue", None),
        ("shirt", "block", "geru", "UPPERWEAR", "CASUAL", "Bagru shirt", "rust", None),
        ("shirt", "pinstripe", "firozi", "UPPERWEAR", "FORMAL", "Office stripes", "turquoise", "Anokhi"),
        ("trousers", "linen", "khadi", "BOTTOMWEAR", "CASUAL", "Sand trousers", "beige", None),
        ("trousers", "pinstripe", "ink", "BOTTOMWEAR", "FORMAL", "Black pinstripes", "black", None),
        ("trousers", "linen", "indigo", "BOTTOMWEAR", "CASUAL", "Blue linen trousers", "navy", None),
        ("skirt", "block", "neem", "BOTTOMWEAR", "ETHNIC", "Green block-print skirt", "green", None),
        ("skirt", "leheriya", "marigold", "BOTTOMWEAR", "ETHNIC", "Leheriya skirt", "yellow", None),
        ("blazer", "herringbone", "slate", "JACKET", "FORMAL", "Grey herringbone", "grey", "Ishaan Shetty"),
        ("blazer", "linen", "neem", "JACKET", "WESTERN", "Bottle-green blazer", "green", None),
        ("waistcoat", "ajrakh", "madder", "JACKET", "FUSION", "Ajrakh waistcoat", "red", None),
        ("nehru-jacket", "ikat", "indigo", "JACKET", "FUSION", "Ikat bandi", "blue", None),
        ("dress", "floral", "gulabi", "DRESS", "CASUAL", "Rose day dress", "pink", None),
        ("dress", "block", "indigo", "DRESS", "CASUAL", "Indigo tie dress", "blue", "Ananya Hegde"),
        ("dress", "bandhani", "rani", "DRESS", "FUSION", "Bandhani dress", "pink", None),
        ("gown", "silk", "lac", "DRESS", "WESTERN", "Wine silk gown", "maroon", None),
        ("saree", "paisley", "peacock", "DRESS", "ETHNIC", "Amma's peacock saree", "teal", None),
        ("saree", "silk", "haldi", "DRESS", "ETHNIC", "Haldi saree", "yellow", None),
        ("anarkali", "chikan", "pista", "DRESS", "ETHNIC", "Pistachio anarkali", "green", None),
        ("salwar-set", "floral", "jamun", "DRESS", "ETHNIC", "Jamun salwar", "purple", None),
        ("lehenga", "mirror", "marigold", "DRESS", "BRIDAL", "Garba lehenga", "orange", "Dina Rao"),
        ("dupatta", "bandhani", "madder", "ACCESSORIES", "ETHNIC", "Red bandhani dupatta", "red", None),
        ("dupatta", "ajrakh", "indigo", "ACCESSORIES", "FUSION", "Ajrakh stole", "blue", None),
    )  # fmt: skip
    return [
        Hanging(Drawing(cut, weave, dye, transparent=True, seed=24), category, sub, name, color, brand)
        for cut, weave, dye, category, sub, name, color, brand in rows
    ]
