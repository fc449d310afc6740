"""Applications that were signed while the portal was away: keys, files, acceptance."""
