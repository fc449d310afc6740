"""``python -m reference_portal``."""

from reference_portal.commands.cli import main

if __name__ == "__main__":
    main()
