"""Choose an image format by the Accept header."""

BEST_FIRST = (("image/avif", "avif"), ("image/webp", "webp"))


def kind_for(accept: str) -> str:
    """avif or webp when the header names them, else jpeg, which everything can show."""
    welcome = {name for name, quality in (_read(part) for part in accept.split(",")) if quality > 0}
    return next((kind for name, kind in BEST_FIRST if name in welcome), "jpeg")


def _read(part: str) -> tuple[str, float]:
    name, _, rest = part.partition(";")
    for parameter in rest.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                return name.strip().lower(), float(value)
            except ValueError:
                return name.strip().lower(), 0.0
    return name.strip().lower(), 1.0
