"""The networks that are shipped with the program, and the check that they are what models/VENDOR.md says."""

import hashlib
from pathlib import Path

MODELS = Path(__file__).parent / "models"
SHA256: dict[str, str] = {
    "u2netp.onnx": "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
    "pose_detection.tflite": "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85",
    "pose_landmark_full.tflite": "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
}


class ModelUnusable(Exception):
    """The file of a network is missing or is not the one that was reviewed."""


def load_model(name: str) -> bytes:
    """Return the bytes of a shipped network. Raises ModelUnusable when the file is missing or its SHA-256 differs."""
    try:
        data = (MODELS / name).read_bytes()
    except OSError as error:
        raise ModelUnusable(f"{name} cannot be read: {error.strerror}") from None
    if hashlib.sha256(data).hexdigest() != SHA256.get(name):
        raise ModelUnusable(f"{name} is not the file that models/VENDOR.md lists")
    return data
