"""Men's and tailored wear: sherwani, kurta, nehru jacket, blazer, waistcoat, shirt."""

from neural_threads.demo.art.canvas import Edge, Stuff
from neural_threads.demo.art.cloth import Folds, Sheet, folds, sheet
from neural_threads.demo.art.cuts.kit import CX, Kit, Top, buttons, inside, sleeves
from neural_threads.demo.art.dyes import DYES, Dye, mixed
from neural_threads.demo.art.geometry import Outline, Point, curve, disc, path

TORSO = [(214.0, 118.0), (330, 106), (440, 98), (560, 108)]


def collar(k: Kit, top: Top, tall: float, stuff: Stuff, edge: str | None = None, gap: float = 10) -> None:
    """A standing (bandhgala) collar, open in front by `gap`."""
    w, y, deep = top.neck_wide, top.neck_top, top.neck_deep
    back = sheet([(CX - w + 4, y - tall + 4), (CX - w + 2, y + 6)], sag_top=8, sag_foot=8, round=0.6, lit=-0.4)
    k.lay(back, stuff)
    for side in (-1, 1):
        upper: list[Point] = [
            (CX + side * (w - 5), y - tall),
            (CX + side * (w - 14), y - tall + 16),
            (CX + side * w * 0.4, deep - tall - 2),
            (CX + side * gap / 2, deep - tall + 4),
        ]
        lower: list[Point] = [
            (CX + side * (w + 1), y + 2),
            (CX + side * (w - 10), y + 20),
            (CX + side * w * 0.4, deep - 2),
            (CX + side * gap / 2, deep + 5),
        ]
        a, b = (upper, lower) if side > 0 else (lower, upper)
        cloth = sheet(a, b, round=0.35, lit=0.02 if side < 0 else -0.1)
        k.lay(cloth, stuff, edges=[Edge(edge, "left" if side > 0 else "right", 8)] if edge else [])


def placket(
    k: Kit,
    top_y: float,
    foot: float,
    wide: float,
    stuff: Stuff,
    edge: str | None,
    count: int,
    button: str | None = None,
) -> None:
    strip = sheet([(CX - wide / 2, top_y), (CX - wide / 2, foot)], round=0.12, lit=0.03)
    k.canvas.shadow(strip.edge(), None, 8, 0.3, (2, 2))
    k.lay(strip, stuff, edges=[Edge(edge, "left", wide * 0.28), Edge(edge, "right", wide * 0.28)] if edge else [])
    if count:
        gap = (foot - top_y - 24) / max(count - 1, 1)
        buttons(k, [(CX, top_y + 14 + gap * i) for i in range(count)], 6.4, button)


def trousers(
    k: Kit,
    over: Top,
    top: float,
    foot: float,
    stuff: Stuff,
    *,
    half: float = 96,
    cuff: float = 34,
    apart: float = 50,
    churidar: bool = True,
) -> None:
    """Both legs, from under the hem of what is worn `over` them down to the ankles."""
    for side in (-1, 1):
        outer = [
            (CX + side * half, top),
            (CX + side * (apart + cuff + 14), top + (foot - top) * 0.55),
            (CX + side * (apart + cuff), foot),
        ]
        inner = [
            (CX + side * 2, top),
            (CX + side * ((apart - cuff) * 0.6 + 1), top + (foot - top) * 0.55),
            (CX + side * (apart - cuff), foot),
        ]
        left, right = (outer, inner) if side < 0 else (inner, outer)
        cloth = sheet(
            left, right, round=0.95, sag_foot=6, folds=Folds(1.6, 0.3, 0.35, 0, 0.6 * side, (0.5, 0.4, 1)), lit=-0.05
        )
        mouth = [cloth.at(i / 16, 1) for i in range(17)]
        k.canvas.fill([(x, y - 8) for x, y in mouth] + mouth[::-1], mixed(stuff.dye.deep, "#000000", 0.3))
        leg = k.lay(cloth, stuff, edges=[Edge("stitch", "foot", 22)])
        k.canvas.shadow(over.outline(), leg, 34, 0.45, (2, 14))
        if churidar:
            for n in range(5):
                y = foot - 18 - n * 15
                line = curve(
                    [
                        (CX + side * (apart + cuff - 2), y - 3),
                        (CX + side * apart, y + 6),
                        (CX + side * (apart - cuff + 3), y - 2),
                    ],
                    12,
                )
                k.canvas.line(line, mixed(stuff.dye.deep, "#000000", 0.2), 2.6, 0.3)
                k.canvas.line([(x, yy + 3) for x, yy in line], "#ffffff", 1.6, 0.22)


def coat(k: Kit, top: Top, *, fold: float = 2.0, lit: float = 0.0) -> Sheet:
    return top.cloth(folds=folds(k.rng, fold, 0.06, 0.55, 0, 1.4), lit=lit)


def sherwani(k: Kit) -> None:
    k.broad()
    k.floor(1106, 150, 0.5)
    pants = Stuff(DYES["ivory" if k.dye_name != "ivory" else "khadi"], "linen")
    top = Top(
        neck="vee",
        neck_wide=44,
        neck_top=204,
        neck_deep=258,
        shoulder=(126, 232),
        armpit=(110, 330),
        side=((106, 380), (99, 450), (110, 560), (126, 720), (140, 852)),
        sag=16,
    )
    inside(k, top)
    k.form(TORSO)
    trousers(k, top, 800, 1096, pants)
    sleeves(k, top, k.main(0.8), 362, wide=76, cuff=52, out=40, edge=Edge("lozenge", "foot", 34))
    body = coat(k, top)
    outline = k.lay(body, k.main(0.85), cut=top.outline(), edges=[Edge("lozenge", "foot", 34)])
    opening(k, outline, 560, 872)
    placket(k, 252, 850, 38, k.plain("silk"), "plain", 9)
    collar(k, top, 40, k.plain("silk", 0.6), "plain")
    pocket_square(k, 540, 352)
    if k.rng.random() < 0.6:
        scarf(k, outline)
    k.canvas.close()


def opening(k: Kit, outline: Outline, top: float, foot: float) -> None:
    """The slit below the last button: the front edges part."""
    k.canvas.open_clip(path(outline))
    k.canvas.fill([(CX, top), (CX + 16, foot + 30), (CX - 10, foot + 30)], mixed(k.dye.deep, "#000000", 0.4), 0.85)
    k.canvas.close()


def pocket_square(k: Kit, x: float, y: float) -> None:
    dye = DYES["ivory"] if k.dye_name != "ivory" else DYES["madder"]
    k.canvas.fill([(x - 20, y), (x - 12, y - 24), (x - 2, y - 10), (x + 8, y - 28), (x + 20, y - 2)], dye.base)
    k.canvas.line([(x - 12, y - 24), (x - 8, y), (x + 8, y - 28), (x + 6, y)][:2], dye.deep, 1, 0.5)
    k.canvas.line([(x + 8, y - 28), (x + 3, y)], dye.deep, 1, 0.5)
    k.canvas.line([(x - 23, y), (x + 23, y - 2)], mixed(k.dye.deep, "#000000", 0.2), 2.4, 0.7)


def scarf(k: Kit, under: Outline) -> None:
    """A folded stole over one shoulder."""
    veil = k.companion("silk", 0.8)
    fall = sheet(
        [(530, 198), (526, 330), (536, 560), (546, 800)],
        [(596, 224), (600, 340), (612, 560), (624, 790)],
        round=0.35,
        sag_top=-6,
        sag_foot=8,
        folds=Folds(3.4, 1.0, 0.8, 4, 0.4, (0.4, 0.3, 1.0)),
    )
    k.canvas.shadow(fall.edge(), under, 26, 0.4, (-8, 10))
    k.lay(fall, veil, edges=[Edge("plain", "left", 12), Edge("plain", "right", 12), Edge("temple", "foot", 74)])


def kurta(k: Kit) -> None:
    """A kurta with straight trousers."""
    k.broad()
    k.floor(1106, 150, 0.5)
    pants = Stuff(DYES[k.rng.choice(("ivory", "khadi")) if k.dye_name not in ("ivory", "khadi") else "indigo"], "linen")
    top = Top(
        neck="round",
        neck_wide=48,
        neck_top=206,
        neck_deep=246,
        shoulder=(124, 234),
        armpit=(110, 336),
        side=((107, 400), (108, 480), (120, 640), (136, 838)),
        sag=14,
    )
    inside(k, top)
    k.form(TORSO)
    trousers(k, top, 780, 1096, pants, half=104, cuff=44, apart=54, churidar=k.rng.random() < 0.4)
    sleeves(
        k,
        top,
        k.main(0.8),
        350,
        wide=80,
        cuff=60,
        out=44,
        edge=Edge("plain" if k.rng.random() < 0.5 else "stitch", "foot", 18),
    )
    outline = k.lay(coat(k, top, fold=2.6), k.main(0.85), cut=top.outline(), edges=[Edge("stitch", "foot", 22)])
    _slits(k, outline)
    trim = k.companion("linen")
    placket(k, 246, 470, 36, Stuff(k.dye, "linen") if k.rng.random() < 0.5 else trim, k.rng.choice((None, "plain")), 4)
    collar(k, top, 30, k.plain("linen"), None)
    k.canvas.close()


def _slits(k: Kit, outline: Outline) -> None:
    for side in (-1, 1):
        k.canvas.line(
            curve([(CX + side * 110, 660), (CX + side * 118, 760), (CX + side * 126, 850)], 10),
            mixed(k.dye.deep, "#000000", 0.3),
            3,
            0.45,
        )


def nehru(k: Kit) -> None:
    """A sleeveless nehru jacket over a kurta."""
    k.broad()
    k.floor(1106, 150, 0.5)
    light = DYES["ivory"] if k.dye_name not in ("ivory", "khadi") else DYES["indigo"]
    under = Stuff(light, "linen")
    shirt = Top(
        neck="round",
        neck_wide=46,
        neck_top=204,
        neck_deep=240,
        shoulder=(124, 234),
        armpit=(110, 336),
        side=((107, 400), (108, 480), (118, 620), (130, 790)),
        sag=14,
    )
    inside(k, shirt, stuff=light)
    k.form(TORSO)
    trousers(k, shirt, 740, 1096, Stuff(light, "linen"), half=104, cuff=40, apart=54)
    sleeves(k, shirt, under, 350, wide=80, cuff=58, out=44, edge=Edge("stitch", "foot", 18))
    low = k.lay(coat(k, shirt, fold=3), under, cut=shirt.outline(), edges=[Edge("stitch", "foot", 20)])
    jacket = Top(
        neck="vee",
        neck_wide=46,
        neck_top=205,
        neck_deep=262,
        shoulder=(112, 230),
        armpit=(103, 340),
        side=((106, 400), (101, 470), (110, 570), (116, 626)),
        sag=14,
    )
    k.canvas.shadow(jacket.outline(), low, 26, 0.4, (3, 10))
    outline = k.lay(coat(k, jacket, fold=1.2), k.main(0.8), cut=jacket.outline())
    k.canvas.open_clip(path(outline))
    k.canvas.line([(CX, 262), (CX + 2, 560), (CX + 16, 650)], mixed(k.dye.deep, "#000000", 0.3), 3, 0.8)
    k.canvas.line([(CX + 5, 262), (CX + 7, 560), (CX + 21, 650)], "#ffffff", 1.4, 0.25)
    k.canvas.close()
    buttons(k, [(CX + 10, 276 + 56 * i) for i in range(6)], 7)
    collar(k, jacket, 36, k.main(0.6))
    pocket_square(k, 538, 356)
    _flaps(k, 530)
    k.canvas.close()


def _flaps(k: Kit, y: float) -> None:
    for side in (-1, 1):
        x = CX + side * 62
        k.canvas.fill(
            [(x - 30, y), (x + 30, y - side * 3), (x + 30, y + 15 - side * 3), (x - 30, y + 16)],
            mixed(k.dye.base, k.dye.deep, 0.25),
        )
        k.canvas.line(
            [(x - 30, y), (x + 30, y - side * 3), (x + 30, y + 15 - side * 3), (x - 30, y + 16), (x - 30, y)],
            mixed(k.dye.deep, "#000000", 0.3),
            1.6,
            0.6,
        )


def blazer(k: Kit) -> None:
    k.zoom(1.44, 118)
    k.floor(706, 96, 0.45)
    stand(k, 706)
    top = Top(
        neck="vee",
        neck_wide=46,
        neck_top=204,
        neck_deep=430,
        shoulder=(132, 234),
        armpit=(112, 336),
        side=((108, 390), (98, 450), (108, 530), (118, 622)),
        sag=6,
    )
    shirt = DYES["ivory"] if k.dye_name not in ("ivory", "khadi") else DYES["firozi"]
    _shirt_front(k, shirt)
    sleeves(k, top, k.main(0.6), 352, wide=78, cuff=54, out=30, edge=Edge("stitch", "foot", 14), wrinkles=1.6)
    for side in (-1, 1):
        x = CX + side * (132 + 24 + 30 - 12)
        buttons(k, [(x, 560 + 11 * i) for i in range(3)], 3.6, mixed(k.dye.deep, k.dye.contrast, 0.3))
    k.lay(coat(k, top, fold=1.4), k.main(0.62), cut=top.outline())
    _lapels(k, top)
    k.canvas.line(
        curve([(CX + 3, 432), (CX + 4, 540), (CX + 20, 600), (CX + 44, 626)], 20),
        mixed(k.dye.deep, "#000000", 0.3),
        2.4,
        0.75,
    )
    buttons(k, [(CX + 11, 446), (CX + 11, 496)], 7.4, mixed(k.dye.deep, k.dye.contrast, 0.35))
    _flaps(k, 528)
    pocket_square(k, 548, 366)
    k.canvas.close()


def stand(k: Kit, foot: float) -> None:
    k.form([(214, 120), (330, 106), (440, 92), (540, 106), (600, 104)], 152, foot)


def _shirt_front(k: Kit, dye: Dye) -> None:
    stuff = Stuff(dye, "linen")
    panel = sheet([(CX - 56, 204), (CX - 60, 320), (CX - 30, 440)], round=0.4)
    k.lay(panel, stuff)
    k.canvas.line([(CX, 236), (CX, 436)], stuff.dye.deep, 1.4, 0.6)
    k.canvas.shadow([(CX - 60, 200), (CX + 60, 200), (CX + 50, 232), (CX, 250), (CX - 50, 232)], panel.edge(), 20, 0.2)
    for y in (272, 312, 352, 392):
        k.canvas.fill(disc(CX, y, 3.4, 12), mixed(stuff.dye.base, stuff.dye.deep, 0.3))
    shirt_collar(k, stuff, 46, 204, 46, 34)


def shirt_collar(k: Kit, stuff: Stuff, wide: float, y: float, tall: float, open_: float) -> None:
    """A turned-down collar: the fall over the band, two points."""
    back = sheet([(CX - wide + 2, y - 22), (CX - wide + 6, y + 8)], sag_top=7, sag_foot=9, round=0.5, lit=-0.45)
    k.lay(back, stuff)
    for side in (-1, 1):
        leaf = [
            (CX + side * (wide - 6), y - 26),
            (CX + side * (wide + 6), y + 4),
            (CX + side * open_ * 1.35, y + tall + 18),
            (CX + side * 3, y + tall - 8),
            (CX + side * 12, y + 14),
            (CX + side * (wide - 16), y - 8),
        ]
        k.canvas.shadow(leaf, None, 12, 0.26, (2, 5))
        shade = k.canvas.linear(
            [
                (0, mixed(stuff.dye.base, stuff.dye.deep, 0.22 if side > 0 else 0.05), 1),
                (1, mixed(stuff.dye.base, "#ffffff", 0.2), 1),
            ],
            CX + side * wide,
            y - 20,
            CX,
            y + tall,
        )
        k.canvas.add(
            f'<path d="{path(leaf)}" fill="{shade}" stroke="{stuff.dye.deep}" stroke-opacity=".6" stroke-width="1.5" stroke-linejoin="round"/>'
        )
        seam = [(CX + (x - CX) * 0.9, yy - 4) for x, yy in leaf[1:4]]
        k.canvas.line(seam, stuff.dye.deep, 1, 0.35, "3 3")


def _lapels(k: Kit, top: Top) -> None:
    for side in (1, -1):
        lapel = [
            (CX + side * 44, 196),
            (CX + side * 66, 214),
            (CX + side * 74, 262),
            (CX + side * 56, 274),
            (CX + side * 82, 286),
            (CX + side * 50, 376),
            (CX + side * 2, 436),
            (CX + side * 20, 350),
            (CX + side * 36, 262),
        ]
        k.canvas.shadow(lapel, None, 14, 0.3, (side * 3, 5))
        body = sheet(
            [(CX - 96, 190), (CX - 96, 440)] if side < 0 else [(CX - 4, 190), (CX - 4, 440)],
            [(CX + 4, 190), (CX + 4, 440)] if side < 0 else [(CX + 96, 190), (CX + 96, 440)],
            round=0.2,
            lit=0.06 if side < 0 else -0.06,
        )
        k.lay(body, k.main(0.55), cut=lapel)
        k.canvas.line([(CX + side * 56, 274), (CX + side * 38, 268)], mixed(k.dye.deep, "#000000", 0.3), 1.8, 0.6)
