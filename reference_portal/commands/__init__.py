"""The commands of ``python -m reference_portal``."""
