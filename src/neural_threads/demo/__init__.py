"""The demo world: `load` fills a database and the image folder once; `scale` makes a large one for benchmarks."""

from neural_threads.demo.load import load
from neural_threads.demo.scale import scale

__all__ = ["load", "scale"]
