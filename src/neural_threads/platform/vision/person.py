"""The person of a try-on: image, joints and masks."""

from dataclasses import dataclass

from .arrays import Image, Mask
from .body_frame import BodyFrame


@dataclass
class Person:
    """The person who is dressed: the image (h×w×3), the body, and what of them lies before a garment (h×w, 0-255 each).

    `head`: face, hair and neck. `arms`: from the shoulder to the fingertips. `is_drawn`: a figure, evenly lit.
    """

    rgb: Image
    body: BodyFrame
    head: Mask
    arms: Mask
    is_drawn: bool = False
