"""People: registration, passwords, log-in, sessions."""
