"""A full-screen terminal kiosk for filing residence applications in Japan."""

__version__ = "0.1.0"
