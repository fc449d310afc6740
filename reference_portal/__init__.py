"""The government's system of the guide, as a server to file against: never imported by ``kiosk``."""
