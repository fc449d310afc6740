"""Mail: written with the change it tells of, delivered afterwards."""
