"""Programs of their own that the kiosk is measured beside."""
