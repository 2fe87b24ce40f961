"""Pictures for the demo world, drawn by ourselves: garments, portraits, and the studio that renders them."""

from neural_threads.demo.art.catalogue import CUTS, Drawing
from neural_threads.demo.art.dyes import DYES, GROUNDS
from neural_threads.demo.art.portrait import Portrait
from neural_threads.demo.art.studio import Drawn, draw_all, draw_on, svg_of
from neural_threads.demo.art.weaves import WEAVES

__all__ = ["CUTS", "DYES", "GROUNDS", "WEAVES", "Drawing", "Drawn", "Portrait", "draw_all", "draw_on", "svg_of"]
