"""A whole installation on one machine, built of what deploy/ ships, and the proof that it survives: bin/cluster."""
