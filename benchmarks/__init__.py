"""Speed and memory, as ratios of one run. Nothing here is a test: a shared machine is too noisy for that."""
