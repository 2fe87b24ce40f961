"""Image analysis: garments and bodies. Runs in a bounded process only: OpenCV is never loaded in the server."""

import os

# One thread's buffers, before numpy is loaded: the process that reads images has 512 MB.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
