"""The staff code of a station: how it is kept, and how guessing is made slow."""
