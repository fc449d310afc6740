"""Certificates, signatures and tokens: what a card proves."""
