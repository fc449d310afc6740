"""Files: stored under their digest, durable before anything says so."""
