"""Mark the file of an image that a model drew: XMP with IPTC's digital source type."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyvips

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
GENERATED_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    f' Iptc4xmpExt:DigitalSourceType="{SOURCE_TYPE}"/></rdf:RDF></x:xmpmeta>'
).encode()


def mark_generated(image: "pyvips.Image") -> "pyvips.Image":
    """Return the image with the mark; it is written where an encoder keeps XMP."""
    import pyvips

    marked = image.copy()
    marked.set_type(pyvips.GValue.blob_type, "xmp-data", GENERATED_XMP)
    return marked


def is_marked(image: "pyvips.Image") -> bool:
    """Return True for our own mark, and not for any other XMP."""
    return bool(image.get_typeof("xmp-data")) and bytes(image.get("xmp-data")) == GENERATED_XMP
