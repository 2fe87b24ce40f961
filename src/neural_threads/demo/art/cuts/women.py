"""Women's formal wear: lehenga, saree, anarkali, gown."""

from neural_threads.demo.art.canvas import Edge, Stuff
from neural_threads.demo.art.cloth import Folds, Sheet, sheet
from neural_threads.demo.art.cuts.kit import CX, FEMALE, Kit, Top, band, inside, neck_trim, skirt, sleeves, tassel

BORDERS = ("lozenge", "temple", "vine", "coins")


def lehenga(k: Kit) -> None:
    kind = k.rng.choice(BORDERS)
    veil = k.companion("silk", 0.9)
    k.floor(1096, 330)
    top = Top(
        neck=k.rng.choice(("scoop", "sweetheart", "vee")),
        neck_wide=62,
        neck_deep=292,
        side=((91, 372), (79, 440)) if k.bare else ((91, 372), (83, 404)),
        sag=12,
    )
    inside(k, top)
    k.form(FEMALE)
    _falling_back(k, veil)
    skirt_edges = [Edge(kind, "foot", 74)]
    cloth = skirt(
        k, [(76, 452), (112, 540), (190, 740), (306, 1076)], k.main(), count=10, edges=skirt_edges, sag=(10, 40), wave=9
    )
    band(k, 440, 77, 24, k.main(0.5), "plain", 10)
    choli = k.plain("silk", 0.55) if k.weave in ("zardozi", "brocade") else k.main(0.52)
    sleeves(k, top, choli, 120, cuff=64, out=40, edge=Edge("plain", "foot", 14))
    outline = k.lay(top.cloth(0.34), choli, cut=top.outline(), edges=[Edge("lozenge", "foot", 20)])
    neck_trim(k, top, 9)
    front = sheet(
        [(530, 204), (508, 330), (540, 520), (590, 720), (640, 900)],
        [(592, 230), (612, 330), (652, 520), (706, 720), (752, 880)],
        round=0.35,
        sag_top=-7,
        sag_foot=10,
        folds=Folds(4.5, 1.0, 0.75, 6, 0.4, (0.4, 0.3, 1.0)),
    )
    k.canvas.shadow(front.edge(), [*cloth.edge()], 34, 0.42, (-10, 12))
    k.canvas.shadow(front.edge(), outline, 26, 0.4, (-7, 8))
    k.lay(front, veil, edges=[Edge("lozenge", "left", 24), Edge("lozenge", "right", 24), Edge(kind, "foot", 54)])
    for u in (0.04, 0.35, 0.66, 0.96):
        x, y = front.at(u, 1)
        tassel(k, x, y - 2, 30, veil.dye.contrast)


def _falling_back(k: Kit, veil: Stuff) -> None:
    """The other end of the dupatta, behind the body."""
    back = sheet(
        [(392, 300), (330, 430), (282, 620), (262, 800)],
        [(440, 300), (420, 430), (372, 620), (346, 816)],
        round=0.3,
        sag_foot=8,
        lit=-0.22,
        folds=Folds(3, 0.8, 0.8, 5, 1.4, (0.4, 0.3, 1.0)),
    )
    k.lay(back, veil, edges=[Edge("lozenge", "left", 20), Edge("lozenge", "foot", 44)])


def saree(k: Kit) -> None:
    kind = k.rng.choice(("temple", "lozenge", "vine", "coins"))
    k.floor(1098, 190)
    top = Top(
        neck=k.rng.choice(("scoop", "boat", "round")), neck_wide=66, neck_deep=280, side=((90, 372), (84, 402)), sag=10
    )
    blouse = k.companion("silk", 0.6)
    inside(k, top, stuff=blouse.dye)
    k.form(FEMALE)
    body = sheet(
        [(CX - 80, 446), (CX - 122, 552), (CX - 134, 720), (CX - 150, 920), (CX - 176, 1084)],
        [(CX + 80, 446), (CX + 120, 552), (CX + 126, 720), (CX + 136, 920), (CX + 150, 1084)],
        sag_top=12,
        sag_foot=26,
        round=0.85,
        folds=Folds(4, 0.12, 0.5, 4, 0.6, (0.9, 0.7, 2.0)),
    )
    under = k.lay(body, k.main(), edges=[Edge(kind, "foot", 62)])
    pleats = sheet(
        [(CX - 34, 452), (CX - 46, 620), (CX - 70, 860), (CX - 112, 1092)],
        [(CX + 40, 452), (CX + 44, 620), (CX + 48, 860), (CX + 62, 1094)],
        sag_top=8,
        sag_foot=14,
        round=0.25,
        folds=Folds(6.5, 0.95, 1.15, 7, 0.3, (0.35, 0.2, 1.0)),
        wide=430,
    )
    k.canvas.shadow(pleats.edge(), under, 30, 0.4, (10, 6))
    k.lay(pleats, k.main(), edges=[Edge(kind, "foot", 62)])
    sleeves(k, top, blouse, 128, cuff=66, out=40, edge=Edge("lozenge", "foot", 22))
    bodice = k.lay(top.cloth(0.34), blouse, cut=top.outline())
    neck_trim(k, top, 8)
    behind = sheet(
        [(584, 236), (604, 360), (616, 560), (612, 760), (616, 930)],
        [(604, 250), (664, 372), (704, 560), (716, 760), (726, 916)],
        round=0.3,
        sag_foot=10,
        lit=-0.1,
        folds=Folds(3.5, 0.9, 0.8, 6, 0.5, (0.4, 0.3, 1.0)),
    )
    k.lay(behind, k.main(0.9), edges=[Edge(kind, "right", 26), Edge(kind, "left", 26), Edge("temple", "foot", 92)])
    across = sheet(
        [(526, 203), (480, 262), (428, 330), (392, 384), (366, 424)],
        [(598, 238), (592, 330), (556, 436), (468, 536), (352, 600)],
        round=0.3,
        sag_top=-6,
        sag_foot=-8,
        folds=Folds(5, 0.95, 0.6, 0, 0.2, (0.5, 0.3, 1.0), 0.6),
    )
    k.canvas.shadow(across.edge(), under, 40, 0.5, (2, 14))
    k.canvas.shadow(across.edge(), bodice, 26, 0.4, (-5, 8))
    k.lay(across, k.main(0.9), edges=[Edge(kind, "left", 26), Edge(kind, "right", 26)])


def anarkali(k: Kit) -> None:
    kind = k.rng.choice(BORDERS)
    veil = k.companion("silk", 0.9)
    k.floor(1092, 290)
    top = Top(
        neck=k.rng.choice(("round", "vee", "keyhole", "boat")), neck_deep=270, side=((91, 368), (80, 412)), sag=14
    )
    inside(k, top)
    k.form(FEMALE)
    _legs(k, 980, 1088)
    cloth = skirt(
        k,
        [(80, 404), (116, 500), (186, 700), (282, 1020)],
        k.main(),
        count=12,
        edges=[Edge(kind, "foot", 64)],
        sag=(14, 38),
        top=0.6,
        wave=11,
    )
    yoke = k.main(0.56)
    sleeves(k, top, yoke, 330, cuff=46, out=50, edge=Edge("lozenge", "foot", 26))
    k.canvas.shadow(top.outline(), cloth.edge(), 22, 0.34, (0, 8))
    outline = k.lay(top.cloth(0.3), yoke, cut=top.outline(), edges=[Edge("lozenge", "foot", 24)])
    neck_trim(k, top, 10)
    for side in (-1, 1):
        fall = _stole(side)
        k.canvas.shadow(fall.edge(), cloth.edge(), 30, 0.36, (8, 10))
        k.canvas.shadow(fall.edge(), outline, 22, 0.3, (5, 6))
        k.lay(fall, veil, edges=[Edge("plain", "left", 12), Edge("plain", "right", 12), Edge("lozenge", "foot", 48)])


def _stole(side: int) -> Sheet:
    """One end of a dupatta worn over both shoulders."""
    low = 800 if side < 0 else 770
    a = [(CX + side * 52, 200), (CX + side * 62, 330), (CX + side * 86, 540), (CX + side * 104, low)]
    b = [(CX + side * 104, 226), (CX + side * 118, 330), (CX + side * 162, 540), (CX + side * 196, low - 16)]
    left, right = (b, a) if side < 0 else (a, b)
    return sheet(
        left, right, round=0.35, sag_top=-6, sag_foot=8, folds=Folds(3.2, 1.0, 0.8, 5, 0.8 * side, (0.4, 0.3, 1.0))
    )


def _legs(k: Kit, top: float, foot: float) -> None:
    """Churidar ankles below a long hem."""
    stuff = k.plain("linen")
    for side in (-1, 1):
        a, b = [(CX + side * 86, top), (CX + side * 62, foot)], [(CX + side * 12, top), (CX + side * 20, foot)]
        left, right = (a, b) if side < 0 else (b, a)
        k.lay(sheet(left, right, round=0.95, sag_foot=5), stuff, edges=[Edge("stitch", "foot", 20)])


def gown(k: Kit) -> None:
    k.floor(1100, 310)
    top = Top(
        neck=k.rng.choice(("vee", "sweetheart", "boat")),
        neck_wide=70,
        neck_deep=292,
        shoulder=(104, 234),
        side=((90, 372), (73, 438)),
        sag=8,
    )
    inside(k, top)
    k.form(FEMALE)
    style = k.rng.choice(("flutter", "long", "none"))
    cloth = skirt(
        k,
        [(73, 436), (106, 530), (150, 740), (232, 960), (312, 1086)],
        k.main(),
        count=8,
        sag=(8, 44),
        top=0.15,
        foot=1.1,
        wave=14,
        rise=1.1,
        edges=[Edge("lozenge" if k.weave in ("silk", "zardozi") else "stitch", "foot", 40)],
    )
    upper = k.main(0.6)
    if style == "flutter":
        sleeves(k, top, upper, 110, cuff=86, out=44, bell=16, wrinkles=5)
    elif style == "long":
        sleeves(k, top, k.plain("linen"), 322, cuff=44, out=46)
    k.canvas.shadow(top.outline(), cloth.edge(), 18, 0.26, (0, 6))
    k.lay(top.cloth(0.36), upper, cut=top.outline())
    neck_trim(k, top, 5, colour=None if k.weave in ("silk", "zardozi", "mirror") else k.dye.second)
    belt = k.rng.choice(("lozenge", "plain", "coins"))
    band(k, 428, 74, 26, k.plain(), belt, 9)
