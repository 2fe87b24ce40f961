"""The demo world: `load` fills a database and the image folder once, `beside` does so while a server runs; `scale` makes a large one for benchmarks."""

from neural_threads.demo.load import beside, draw, load
from neural_threads.demo.scale import scale

__all__ = ["beside", "draw", "load", "scale"]
