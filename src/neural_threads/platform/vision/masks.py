"""Separate garment from background: a saliency network, GrabCut as second opinion, a guided filter for the edges."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from .arrays import Floats, Image, Mask, resized, scaled_shape
from .gaps import without_gaps
from .guided_filter import guided
from .model_files import ModelUnusable, load_model

NETWORK_SIDE = 320  # pixels; what U²-Net was trained at
GRABCUT_SIDE = 288
ROUNDS = 3
MODEL = "u2netp.onnx"
_MEAN = (0.485, 0.456, 0.406)  # of ImageNet, as U²-Net's own data_loader.py has them
_DEVIATION = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class GarmentMask:
    """The mask of a garment.

    `alpha`: as large as the picture, 0-255. `method`: model+grabcut, model, grabcut, or transparent for a picture that
    was cut out before. `agreement`: IoU of the two opinions, 0-1; None when there was only one. `share`: part of the
    picture that is garment, 0-1.
    """

    alpha: Mask
    method: str
    agreement: float | None
    share: float


def prepare() -> None:
    """Start of a process that makes masks: one thread, and the network's file checked."""
    cv2.setNumThreads(1)
    is_model_usable()


@cache
def is_model_usable() -> bool:
    """Return True when the network's file is there and is the one that was reviewed."""
    try:
        load_model(MODEL)
    except ModelUnusable:
        return False
    return True


def garment_mask(
    rgb: Image, *, alpha: Mask | None = None, use_model: bool = True, second_opinion: bool = True
) -> GarmentMask:
    """Find the garment in an image of at most about 1,024 pixels.

    `alpha`: the image's own transparency, which decides alone when it cuts something out. `use_model=False`, or a
    network whose file is unusable, leaves GrabCut alone. `second_opinion=False`: half the time, and no agreement.
    """
    if alpha is not None and is_cut_out(alpha):
        return _result(alpha, "transparent", 1.0)
    if not use_model or not is_model_usable():
        return _result(_refined(rgb, grabcut(rgb).astype(np.float32)), "grabcut", None)
    saliency = salient(rgb)
    if not second_opinion:
        return _result(_refined(rgb, saliency), "model", None)
    second = grabcut(rgb)
    first = resized(saliency, second.shape) > 0.5
    return _result(_refined(rgb, without_gaps(rgb, saliency)), "model+grabcut", overlap(first, second))


def is_cut_out(alpha: Mask) -> bool:
    """Return True when at least a twentieth of the image is see-through and as much is not."""
    clear = float(np.mean(alpha < 128))
    return 0.05 <= clear <= 0.97


def overlap(first: Any, second: Any) -> float:
    """Return the intersection over union of two masks of one size; 0 when both are empty."""
    first, second = np.asarray(first) > 0, np.asarray(second) > 0
    union = int(np.count_nonzero(first | second))
    return float(np.count_nonzero(first & second) / union) if union else 0.0


def salient(rgb: Image) -> Floats:
    """Return how much each pixel belongs to what one looks at first (h×w, 0-1), by U²-Net (its small form)."""
    small = resized(rgb, (NETWORK_SIDE, NETWORK_SIDE)).astype(np.float32)
    small = (small / max(1.0, float(small.max())) - _MEAN) / _DEVIATION
    network = _network()
    network.setInput(np.ascontiguousarray(small.transpose(2, 0, 1)[None], dtype=np.float32))
    # All seven side outputs have to be asked for; the first is the fused one.
    fused: Floats = network.forward(network.getUnconnectedOutLayersNames())[0][0, 0]
    low, high = float(fused.min()), float(fused.max())
    fused = (fused - low) / max(high - low, 1e-6)
    return resized(fused, rgb.shape)


def grabcut(rgb: Image, seed: Floats | None = None) -> Mask:
    """Return GrabCut's mask (0 or 1), at most 320 pixels on the longer edge.

    Without a `seed` (h×w, 0-1) the image's rim counts as ground and the rest as probably garment.
    """
    small = resized(rgb, scaled_shape(rgb.shape, GRABCUT_SIDE))
    labels = _labels_of_rim(small.shape) if seed is None else _labels_of(resized(seed, small.shape))
    ground, garment = np.zeros((1, 65)), np.zeros((1, 65))  # OpenCV's own size for five Gaussians
    cv2.setRNGSeed(1)  # the same image gives the same mask
    try:
        cv2.grabCut(small, labels, (0, 0, 1, 1), ground, garment, ROUNDS, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # all ground, or all garment
        return np.zeros(small.shape[:2], np.uint8)
    return (labels & 1).astype(np.uint8)


def _labels_of_rim(shape: tuple[int, ...]) -> Mask:
    height, width = shape[:2]
    rim = max(2, round(0.03 * min(height, width)))
    labels = np.full((height, width), cv2.GC_BGD, np.uint8)
    labels[rim:-rim, rim:-rim] = cv2.GC_PR_FGD
    return labels


def _labels_of(seed: Floats) -> Mask:
    labels = np.where(seed > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[seed > 0.95] = cv2.GC_FGD
    labels[seed < 0.03] = cv2.GC_BGD
    return labels


def _refined(rgb: Image, coarse: Floats) -> Mask:
    """As large as the image, its edges where the image has edges."""
    fine = guided(rgb, resized(coarse, rgb.shape), radius=4, epsilon=1e-4)
    alpha: Mask = (np.clip((fine - 0.15) / 0.7, 0, 1) * 255).astype(np.uint8)
    return alpha


def _result(alpha: Mask, method: str, agreement: float | None) -> GarmentMask:
    return GarmentMask(alpha, method, agreement, float(np.mean(alpha >= 128)))


def _network() -> Any:
    """The network, for one image: it keeps 180 MB after that, more than reading it anew costs (0.1 s of CPU)."""
    data = np.frombuffer(load_model(MODEL), np.uint8)
    return cv2.dnn.readNetFromONNX(data, engine=cv2.dnn.ENGINE_NEW)
