"""Load tests: a generator in a process of its own, the hardware's limit beside each figure, missed targets printed."""
