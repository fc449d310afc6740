"""``python -m kiosk``: the same program as the ``kiosk`` command."""

from kiosk.cli import main

main()
