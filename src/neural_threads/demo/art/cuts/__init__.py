"""The cuts: what a garment is sewn from. Each draws itself with a kit of cloth."""
