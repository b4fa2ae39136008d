"""Kits: what is given out to check or to mark elsewhere, with the bank inside."""
