"""Sets and cloth: salwar and sharara with their kurti, and the dupatta by itself."""

from neural_threads.demo.art.canvas import Edge, Stuff
from neural_threads.demo.art.cloth import Folds, sheet
from neural_threads.demo.art.cuts.kit import CX, FEMALE, Kit, Top, inside, neck_trim, sleeves, tassel
from neural_threads.demo.art.geometry import disc


def salwar(k: Kit) -> None:
    """A short kurti over a pleated salwar, with a dupatta."""
    k.floor(1102, 190)
    plain = k.companion("linen")
    veil = Stuff(plain.dye, "bandhani" if k.weave != "bandhani" else "silk", 0.8)
    top = Top(
        neck=k.rng.choice(("keyhole", "vee", "round")),
        neck_deep=272,
        side=((91, 372), (80, 440), (112, 560), (148, 742)),
        sag=20,
    )
    inside(k, top)
    k.form(FEMALE)
    for side in (-1, 1):
        outer = [(CX + side * 140, 700), (CX + side * 164, 830), (CX + side * 122, 1000), (CX + side * 88, 1090)]
        inner = [(CX + side * 2, 700), (CX + side * 6, 860), (CX + side * 16, 1000), (CX + side * 26, 1090)]
        left, right = (outer, inner) if side < 0 else (inner, outer)
        leg = k.lay(
            sheet(left, right, round=0.9, sag_foot=6, folds=Folds(5.5, 0.9, 0.8, 0, 0.6 * side, (0.7, 0.4, 1))),
            plain,
            edges=[Edge("plain", "foot", 26)],
        )
        k.canvas.shadow(top.outline(), leg, 34, 0.42, (2, 14))
    sleeves(k, top, k.main(0.7), 240, cuff=58, out=56, edge=Edge("lozenge", "foot", 22))
    outline = k.lay(
        top.cloth(0.28, folds=Folds(4, 0.05, 0.6, 0, 0.8, (0.6, 0.4, 1), 1.6)),
        k.main(0.8),
        cut=top.outline(),
        edges=[Edge("lozenge", "foot", 34)],
    )
    neck_trim(k, top, 10)
    fall = sheet(
        [(528, 202), (514, 330), (530, 560), (556, 880)],
        [(594, 228), (614, 340), (636, 560), (660, 866)],
        round=0.35,
        sag_top=-6,
        sag_foot=8,
        folds=Folds(4, 1.0, 0.8, 6, 0.4, (0.4, 0.3, 1.0)),
    )
    k.canvas.shadow(fall.edge(), outline, 28, 0.4, (-8, 10))
    k.lay(fall, veil, edges=[Edge("plain", "left", 14), Edge("plain", "right", 14), Edge("lozenge", "foot", 48)])


def sharara(k: Kit) -> None:
    """A knee-length kurti over trousers that flare like two skirts."""
    k.floor(1096, 290)
    kind = k.rng.choice(("lozenge", "vine", "coins"))
    top = Top(
        neck=k.rng.choice(("vee", "round", "scoop")),
        neck_deep=278,
        side=((91, 372), (79, 440), (110, 540), (138, 676)),
        sag=18,
    )
    inside(k, top)
    k.form(FEMALE)
    legs = k.companion("silk")
    for side in (1, -1):
        outer = [(CX + side * 118, 600), (CX + side * 140, 780), (CX + side * 190, 920), (CX + side * 282, 1078)]
        inner = [(CX + side * 2, 600), (CX + side * 4, 780), (CX + side * 6, 920), (CX + side * 16, 1084)]
        left, right = (outer, inner) if side < 0 else (inner, outer)
        leg = sheet(left, right, round=0.7, sag_foot=22, folds=Folds(6.5, 0.35, 1.0, 10, 0.7 * side, (0.6, 0.4, 1)))
        k.canvas.shadow(top.outline(), k.lay(leg, legs, edges=[Edge(kind, "foot", 58)]), 34, 0.42, (2, 14))
    sleeves(k, top, k.main(0.7), 300, cuff=70, out=52, bell=18, wrinkles=4, edge=Edge("lozenge", "foot", 22))
    shade = top.outline()
    k.lay(
        top.cloth(0.3, folds=Folds(4, 0.05, 0.7, 0, 0.8, (0.6, 0.4, 1), 1.6)),
        k.main(0.8),
        cut=shade,
        edges=[Edge(kind, "foot", 44)],
    )
    neck_trim(k, top, 10)


def dupatta(k: Kit) -> None:
    """A dupatta hung over a rod, its ends at two heights."""
    kind = k.rng.choice(("lozenge", "temple", "vine", "coins"))
    if not k.bare:
        k.canvas.line([(300, 176), (480, 84), (660, 176)], "#8a6a45", 3, 0.8)
        k.canvas.fill(disc(480, 82, 7, 16), "#b98f4a")
        rod = k.canvas.linear([(0, "#d9ad7c", 1), (0.4, "#b98250", 1), (1, "#6a4222", 1)], 0, 168, 0, 194)
        k.canvas.add(
            f'<rect x="206" y="170" width="548" height="22" rx="11" fill="{rod}"/><circle cx="206" cy="181" r="17" fill="#b98f4a"/><circle cx="754" cy="181" r="17" fill="#b98f4a"/>'
        )
    k.floor(1120, 230, 0.26)
    back = sheet(
        [(560, 172), (580, 500), (596, 860)],
        [(702, 172), (716, 500), (716, 850)],
        round=0.25,
        sag_foot=8,
        lit=-0.2,
        folds=Folds(3, 0.7, 0.8, 6, 1.2, (0.5, 0.3, 1)),
    )
    k.lay(back, k.main(), edges=[Edge(kind, "right", 28), Edge(kind, "foot", 84)])
    front = sheet(
        [(268, 164), (262, 420), (252, 760), (232, 1030)],
        [(640, 164), (636, 420), (650, 760), (668, 1046)],
        round=0.22,
        sag_top=-3,
        sag_foot=12,
        folds=Folds(6.5, 0.75, 0.95, 10, 0.3, (1.0, 0.6, 1)),
    )
    k.canvas.shadow(front.edge(), back.edge(), 34, 0.42, (10, 8))
    k.lay(front, k.main(), edges=[Edge(kind, "left", 30), Edge(kind, "right", 30), Edge(kind, "foot", 96)])
    for i in range(9):
        x, y = front.at((i + 0.5) / 9, 1)
        tassel(k, x, y - 3, 42, k.dye.contrast if i % 2 else k.dye.second)
