"""Invented My Number cards: a test CA, a holder from a file, and a card that runs in process or behind vpcd."""
