"""A body's own axes and widths, made of its joints: where waist, hip and hem are on this person."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .arrays import Mask

Place: TypeAlias = NDArray[np.float64]
Joints: TypeAlias = dict[str, tuple[float, float]]
"""By name in pixels; shoulders and hips are always there."""

SIGNS = (("right", -1), ("left", 1))
"""The wearer's right is at the picture's left: see `facing`."""

# Heights in trunks (from the shoulders' level down to the hip joints' = 1), as the drawn figures have them; they follow
# the usual eight heads of figure drawing.
NECK_SIDE, NECK_PIT, TIP, ARMPIT, WAIST, HIP, CROTCH, KNEE, ANKLE, SOLE = (
    -0.11, -0.07, -0.03, 0.23, 0.65, 1.08, 1.25, 2.0, 2.77, 2.93,
)  # fmt: skip
SHOULDER_OUT = 1.16  # the outline's half width at the shoulders, of that of the joints
HIP_OUT = 1.75
LIMB = 0.075  # half width of a limb, in trunks


@dataclass
class BodyFrame:
    """A person in a picture. Distances along `across` (to the picture's right) and `down`, both of length 1."""

    joints: Joints
    mask: Mask | None = None  # the person's outline, h×w, 0-255

    def __post_init__(self) -> None:
        self.joints = facing(self.joints)
        shoulders, hips = self._middle("Shoulder"), self._middle("Hip")
        self.origin = shoulders
        self.trunk = max(float(np.linalg.norm(hips - shoulders)), 4.0)
        self.down = (hips - shoulders) / self.trunk
        self.across = np.array([self.down[1], -self.down[0]])
        self.shoulder = abs(float((self.joint("leftShoulder") - self.joint("rightShoulder")) @ self.across)) / 2
        self.shoulder = max(self.shoulder, 0.12 * self.trunk)
        self.edge = self.shoulder * SHOULDER_OUT
        self._widths: dict[float, float] = {}

    def joint(self, name: str) -> Place:
        """Return a joint's place; a missing one by proportion."""
        if name in self.joints:
            return np.array(self.joints[name], np.float64)
        side, sign = ("left", 1) if name.startswith("left") else ("right", -1)
        if name.endswith("Elbow"):
            return (
                self.joint(side + "Shoulder") + self.down * 0.56 * self.trunk + self.across * sign * 0.12 * self.trunk
            )
        if name.endswith("Wrist"):
            elbow, shoulder = self.joint(side + "Elbow"), self.joint(side + "Shoulder")
            return elbow + (elbow - shoulder) * 0.86
        if name.endswith("Knee"):
            return self.joint(side + "Hip") + self.down * (KNEE - 1) * self.trunk
        if name.endswith("Ankle"):
            knee, hip = self.joint(side + "Knee"), self.joint(side + "Hip")
            return knee + (knee - hip) * (ANKLE - KNEE) / (KNEE - 1)
        return self.at(0.0, NECK_PIT)

    def at(self, out: float, level: float) -> Place:
        """Return the place `out` pixels from the axis (positive: the image's right) at a level in trunks."""
        return self.axis(level) + self.across * out

    def axis(self, level: float) -> Place:
        """Return the middle of the body at a level: along the trunk, then between the legs."""
        if level <= CROTCH:
            return np.asarray(self.origin + self.down * level * self.trunk)
        feet = (self.joint("leftAnkle") + self.joint("rightAnkle")) / 2
        crotch = self.origin + self.down * CROTCH * self.trunk
        return np.asarray(crotch + (feet - crotch) * (level - CROTCH) / (ANKLE - CROTCH))

    def half_width(self, level: float) -> float:
        """Return the trunk's half width at a level between armpit and crotch, in pixels."""
        level = round(min(max(level, ARMPIT), CROTCH), 2)
        if level not in self._widths:
            self._widths[level] = self._measured(level, self._usual(level))
        return self._widths[level]

    def _usual(self, level: float) -> float:
        hips = abs(float((self.joint("leftHip") - self.joint("rightHip")) @ self.across)) / 2 * HIP_OUT
        hips = float(np.clip(hips, 0.85 * self.shoulder, 1.5 * self.shoulder))
        waist = 0.42 * (self.shoulder + hips)
        if "leftWaist" in self.joints and "rightWaist" in self.joints:
            waist = abs(float((self.joint("leftWaist") - self.joint("rightWaist")) @ self.across)) / 2
        return float(
            np.interp(
                level, [ARMPIT, 0.32, WAIST, HIP, CROTCH], [self.shoulder * 0.97, self.shoulder, waist, hips, hips]
            )
        )

    def _measured(self, level: float, usual: float) -> float:
        """Return where the person's outline ends on both sides, not farther than the arms; within bounds around what is usual."""
        if self.mask is None:
            return usual
        reach = np.arange(0.5 * usual, 1.6 * usual)
        result = []
        for side, sign in SIGNS:
            places = self.at(0, level) + self.across * sign * reach[:, None]
            xs, ys = np.round(places).astype(int).T
            inside = (xs >= 0) & (ys >= 0) & (xs < self.mask.shape[1]) & (ys < self.mask.shape[0])
            on = np.zeros(len(reach), bool)
            on[inside] = self.mask[ys[inside], xs[inside]] > 127
            end = float(reach[int(np.argmin(on))]) if not on.all() else float(reach[-1])
            result.append(min(end, max(self._arm_at(side, sign, level) - LIMB * self.trunk, usual * 0.9)))
        return float(np.clip(sum(result) / 2, 0.75 * usual, 1.5 * usual))

    def _arm_at(self, side: str, sign: int, level: float) -> float:
        """Return how far from the axis an arm is at a level; infinity where there is none."""
        spots = [self.joint(side + part) - self.origin for part in ("Shoulder", "Elbow", "Wrist")]
        levels = [float(spot @ self.down) / self.trunk for spot in spots]
        outs = [float(spot @ self.across) * sign for spot in spots]
        hits = [
            outs[i] + (outs[i + 1] - outs[i]) * (level - levels[i]) / (levels[i + 1] - levels[i])
            for i in range(2)
            if min(levels[i], levels[i + 1]) <= level <= max(levels[i], levels[i + 1]) and levels[i] != levels[i + 1]
        ]
        return min(hits) if hits else float("inf")

    def _middle(self, part: str) -> Place:
        pair = [np.array(self.joints[side + part], np.float64) for side, _ in SIGNS]
        return np.asarray((pair[0] + pair[1]) / 2)


def facing(joints: Joints) -> Joints:
    """Return the joints with right at the image's left, as of somebody who faces us: mirrored selfies are exchanged."""
    if joints["leftShoulder"][0] >= joints["rightShoulder"][0]:
        return joints
    other = {"left": "right", "right": "left"}
    renamed = {}
    for name, place in joints.items():
        side = next((side for side in other if name.startswith(side)), None)
        renamed[other[side] + name.removeprefix(side) if side else name] = place
    return renamed
