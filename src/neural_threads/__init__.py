"""Neural Threads: find designers and tailors in Bengaluru, and talk to them live."""
