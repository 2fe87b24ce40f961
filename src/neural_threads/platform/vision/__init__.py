"""Reading pictures: what is garment in them. Runs in a bounded process only: OpenCV is never loaded in the server."""
