"""Try-on: a garment laid over a photo or a drawn figure. It shows a look, not a fit."""
