"""Everyday wear: shirt, dress, waistcoat, skirt, trousers."""

from dataclasses import replace

from neural_threads.demo.art.canvas import Edge, Stuff
from neural_threads.demo.art.cloth import Folds, Sheet, sheet
from neural_threads.demo.art.cuts.kit import (
    CX,
    FEMALE,
    Kit,
    Top,
    band,
    buttons,
    inside,
    neck_trim,
    skirt,
    sleeves,
    tassel,
)
from neural_threads.demo.art.cuts.tailored import coat, shirt_collar, stand
from neural_threads.demo.art.dyes import DYES, mixed
from neural_threads.demo.art.geometry import Outline, Point, curve, disc, path

SHIRT = Top(
    neck="vee",
    neck_wide=46,
    neck_top=204,
    neck_deep=262,
    shoulder=(128, 234),
    armpit=(112, 342),
    side=((110, 400), (106, 470), (112, 560), (116, 624)),
    sag=20,
)


def shirt(k: Kit) -> None:
    k.zoom(1.44, 118)
    k.floor(706, 96, 0.45)
    stand(k, 706)
    stuff = k.main(0.62)
    inside(k, SHIRT, 10)
    if k.rng.random() < 0.65:
        sleeves(k, SHIRT, stuff, 352, wide=80, cuff=56, out=40, edge=Edge("stitch", "foot", 34))
    else:
        sleeves(k, SHIRT, stuff, 128, cuff=72, out=50, edge=Edge("stitch", "foot", 20))
    body = replace(SHIRT, side=(*SHIRT.side[:-1], (118, 676)))
    outline = k.lay(coat(k, body, fold=2.4), stuff, cut=_tails(SHIRT))
    strip = sheet([(CX - 13, 256), (CX - 13, 648)], round=0.1, lit=0.04)
    k.canvas.open_clip(path(outline))
    k.lay(strip, stuff, edges=[Edge("stitch", "left", 17), Edge("stitch", "right", 17)])
    k.canvas.close()
    buttons(k, [(CX, 284 + 56 * i) for i in range(7)], 4.6, "#efe6d4")
    _patch_pocket(k, 536, 336, stuff)
    shirt_collar(k, stuff, 46, 206, 46, 36)
    k.canvas.close()


def _tails(top: Top) -> Outline:
    """A shirt's hem: high at the sides, low in front."""
    half = top.half_outline()
    right = [(CX + x, y) for x, y in half]
    foot = curve(
        [
            right[-1],
            (CX + 96, 636),
            (CX + 52, 664),
            (CX, 670),
            (CX - 52, 664),
            (CX - 96, 636),
            (CX - half[-1][0], half[-1][1]),
        ],
        40,
    )
    return [*[(2 * CX - x, y) for x, y in right[::-1]], *right, *foot]


def _patch_pocket(k: Kit, x: float, y: float, stuff: Stuff) -> None:
    shape = [(x - 27, y), (x + 27, y - 1), (x + 27, y + 48), (x, y + 60), (x - 27, y + 49)]
    patch = sheet([(x - 28, y - 2), (x - 28, y + 62)], [(x + 28, y - 2), (x + 28, y + 62)], round=0.1, lit=-0.02)
    k.lay(patch, stuff, cut=shape)
    k.canvas.line([(x - 26, y + 9), (x + 26, y + 8)], stuff.dye.deep, 1.2, 0.4, "3 3")


def dress(k: Kit) -> None:
    k.zoom(1.26, 96)
    k.floor(866, 100, 0.45)
    top = Top(
        neck=k.rng.choice(("scoop", "vee", "square", "boat")),
        neck_wide=60,
        neck_deep=274,
        side=((91, 372), (76, 436)),
        sag=8,
    )
    inside(k, top)
    k.form(FEMALE, stand=866)
    tiered = k.rng.random() < 0.4
    foot = 766
    if tiered:
        low = skirt(
            k,
            [(146, 610), (206, foot)],
            k.main(0.85),
            count=11,
            sag=(16, 30),
            top=0.9,
            wave=7,
            edges=[Edge("stitch", "foot", 20)],
        )
        high = sheet(
            [(CX - 76, 434), (CX - 118, 520), (CX - 156, 640)],
            sag_top=8,
            sag_foot=24,
            round=0.8,
            folds=Folds(8, 0.5, 0.9, 6, 1, (0.8, 0.5, 2)),
        )
        k.canvas.shadow(high.edge(), low.edge(), 16, 0.34, (0, 7))
        k.lay(high, k.main(0.85), edges=[Edge("stitch", "foot", 16)])
    else:
        skirt(
            k,
            [(76, 434), (110, 520), (196, foot)],
            k.main(0.85),
            count=8,
            sag=(8, 32),
            wave=8,
            edges=[Edge("stitch", "foot", 22)],
        )
    _dress_sleeves(k, top)
    k.lay(top.cloth(0.34), k.main(0.66), cut=top.outline())
    neck_trim(k, top, 5, colour=k.dye.second)
    _bow(k, 434)
    k.canvas.close()


def _dress_sleeves(k: Kit, top: Top) -> None:
    style = k.rng.choice(("puff", "short", "none", "long"))
    if style == "puff":
        sleeves(k, top, k.main(0.66), 138, cuff=64, out=52, puff=16, wrinkles=5, edge=Edge("stitch", "foot", 16))
    elif style == "short":
        sleeves(k, top, k.main(0.66), 104, cuff=60, out=40, edge=Edge("stitch", "foot", 14))
    elif style == "long":
        sleeves(k, top, k.main(0.66), 318, cuff=62, out=46, bell=14, wrinkles=4)


def _bow(k: Kit, y: float) -> None:
    band(k, y - 8, 76, 20, k.plain(), None, 8)
    x, stuff = CX + 26, k.plain()
    for side in (-1, 1):
        tail = sheet(
            [(x - 3, y + 12), (x - 12 + side * 17, y + 90)], [(x + 7, y + 12), (x + 8 + side * 17, y + 86)], round=0.3
        )
        k.lay(tail, stuff)
        loop = curve(
            [
                (x, y + 12),
                (x + side * 18, y - 5),
                (x + side * 42, y - 3),
                (x + side * 40, y + 22),
                (x + side * 16, y + 25),
                (x, y + 13),
            ],
            26,
        )
        k.canvas.shadow(loop, None, 8, 0.25, (1, 4))
        wide = sheet(
            [(x - 44, y - 10), (x - 44, y + 30)], [(x + 44, y - 10), (x + 44, y + 30)], round=0.2, lit=0.04 * -side
        )
        k.lay(wide, stuff, cut=loop)
        k.canvas.line([(x + side * 4, y + 12), (x + side * 26, y + 8)], stuff.dye.deep, 1.6, 0.5)
    k.canvas.fill(disc(x, y + 12, 8, 14, 1.2), mixed(stuff.dye.base, stuff.dye.deep, 0.2))


def waistcoat(k: Kit) -> None:
    k.zoom(1.44, 118)
    k.floor(706, 96, 0.45)
    stand(k, 706)
    light = DYES["ivory"] if k.dye_name not in ("ivory", "khadi", "haldi") else DYES["firozi"]
    under = Stuff(light, "linen")
    inside(k, SHIRT, 10, light)
    sleeves(k, SHIRT, under, 352, wide=80, cuff=56, out=40, edge=Edge("stitch", "foot", 34))
    low = k.lay(coat(k, SHIRT, fold=2.4), under, cut=SHIRT.outline())
    k.canvas.line([(CX, 250), (CX, 420)], light.deep, 1.5, 0.6)
    buttons(k, [(CX, 290 + 42 * i) for i in range(2)], 4, "#efe6d4")
    vest = Top(
        neck="vee",
        neck_wide=58,
        neck_top=212,
        neck_deep=404,
        shoulder=(104, 232),
        armpit=(106, 352),
        side=((105, 420), (99, 480), (107, 570)),
        sag=0,
    )
    right = [(CX + x, y) for x, y in vest.half_outline()]
    hem: list[Point] = [(CX + 58, 622), (CX + 2, 578), (CX - 58, 622)]
    shape = [*[(2 * CX - x, y) for x, y in right[::-1]], *right, *hem]
    k.canvas.shadow(shape, low, 24, 0.42, (3, 8))
    body = replace(vest, side=((105, 420), (99, 480), (107, 570), (108, 626)))
    k.lay(coat(k, body, fold=1.0), k.main(0.6), cut=shape)
    k.canvas.open_clip(path(shape))
    k.canvas.line([(CX, 400), (CX, 580)], mixed(k.dye.deep, "#000000", 0.3), 2.4, 0.8)
    for side in (-1, 1):
        k.canvas.line([(CX + side * 84, 508), (CX + side * 36, 514)], mixed(k.dye.deep, "#000000", 0.3), 7, 0.5)
        k.canvas.line([(CX + side * 84, 505), (CX + side * 36, 511)], mixed(k.dye.base, "#ffffff", 0.2), 3, 0.6)
    k.canvas.close()
    buttons(k, [(CX + 9, 416 + 36 * i) for i in range(5)], 5.6)
    shirt_collar(k, under, 46, 206, 46, 36)
    k.canvas.close()


def long_skirt(k: Kit) -> None:
    """A skirt on the form: tiered, or cut in panels with a border."""
    if k.bare:
        k.canvas.open('transform="translate(480 90) scale(1.36) translate(-480 -400)"')
    k.floor(1096, 300)
    k.form(FEMALE)
    if k.rng.random() < 0.5:
        _tiers(k)
    else:
        skirt(
            k,
            [(76, 432), (112, 530), (186, 750), (270, 1072)],
            k.main(),
            count=9,
            sag=(10, 38),
            wave=10,
            edges=[Edge(k.rng.choice(("vine", "coins", "temple", "lozenge")), "foot", 56)],
        )
    band(k, 420, 77, 26, k.plain(), None, 10)
    for x, y, size in ((498, 452, 40), (510, 470, 34)):
        k.canvas.line([(CX + 12, 436), (x, y)], k.dye.deep, 2.4)
        tassel(k, x, y, size, k.dye.contrast)
    if k.bare:
        k.canvas.close()


def _tiers(k: Kit) -> None:
    rows = (((176, 850), (274, 1072), 14), ((128, 640), (204, 866), 12), ((76, 432), (150, 656), 9))
    below: Sheet | None = None
    for (top, y0), (foot, y1), count in rows:
        tier = sheet(
            [(CX - top, y0), (CX - (top + foot) / 2 - 6, (y0 + y1) / 2), (CX - foot, y1)],
            sag_top=16,
            sag_foot=34,
            round=0.8,
            folds=Folds(count, 0.95, 0.85, 9, 0.5 + count, (0.9, 0.6, 2)),
        )
        if below:
            k.canvas.shadow(tier.edge(), below.edge(), 20, 0.4, (0, 9))
        k.lay(tier, k.main(), edges=[Edge("plain", "foot", 12)])
        below = tier


def pants(k: Kit) -> None:
    """Trousers on a clip hanger."""
    if not k.bare:
        _hanger(k)
    k.canvas.open('transform="translate(480 214) scale(1.16 1) translate(-480 -430)"')
    for side in (-1, 1):
        outer = [
            (CX + side * 92, 446),
            (CX + side * 114, 530),
            (CX + side * 120, 640),
            (CX + side * 116, 860),
            (CX + side * 112, 1236),
        ]
        inner = [
            (CX + side * 0.5, 446),
            (CX + side * 1, 560),
            (CX + side * 8, 660),
            (CX + side * 20, 880),
            (CX + side * 30, 1238),
        ]
        left, right = (outer, inner) if side < 0 else (inner, outer)
        leg = sheet(
            left, right, round=0.9, sag_top=2, sag_foot=7, folds=Folds(1.5, 0.1, 0.4, 0, 0.6 * side, (0.5, 0.4, 1))
        )
        mouth = [leg.at(i / 16, 1) for i in range(17)]
        k.canvas.fill([(x, y - 9) for x, y in mouth] + mouth[::-1], mixed(k.dye.deep, "#000000", 0.3))
        k.lay(leg, k.main(0.8), edges=[Edge("stitch", "foot", 24)])
    k.canvas.line([(CX, 456), (CX + 2, 560), (CX - 2, 600)], mixed(k.dye.deep, "#000000", 0.3), 2.4, 0.7)
    for side in (-1, 1):
        k.canvas.line([(CX + side * 76, 470), (CX + side * 106, 540)], mixed(k.dye.deep, "#000000", 0.3), 2.6, 0.55)
        k.canvas.line(
            [(CX + side * 46, 470), (CX + side * 60, 640), (CX + side * 74, 900), (CX + side * 76, 1210)],
            mixed(k.dye.deep, "#000000", 0.3),
            2,
            0.32,
        )
        k.canvas.line(
            [
                (CX + side * 46 - 3, 470),
                (CX + side * 60 - 3, 640),
                (CX + side * 74 - 3, 900),
                (CX + side * 76 - 3, 1210),
            ],
            "#ffffff",
            1.4,
            0.22,
        )
    band(k, 430, 92, 26, k.main(0.5), None, 8)
    buttons(k, [(CX + 8, 450)], 5.4, mixed(k.dye.deep, "#000000", 0.1))
    k.canvas.close()


def _hanger(k: Kit) -> None:
    k.canvas.line(curve([(486, 92), (500, 74), (488, 56), (470, 66)], 24), "#8b8d92", 6)
    k.canvas.line([(484, 92), (480, 150)], "#8b8d92", 6)
    wood = k.canvas.linear([(0, "#d6a878", 1), (1, "#8a5a34", 1)], 0, 146, 0, 172)
    k.canvas.add(f'<rect x="330" y="148" width="300" height="22" rx="11" fill="{wood}"/>')
    for x in (396, 564):
        k.canvas.add(
            f'<rect x="{x - 9}" y="160" width="18" height="74" rx="4" fill="#a7a9ae"/><rect x="{x - 9}" y="160" width="6" height="74" rx="3" fill="#eceded"/>'
        )
