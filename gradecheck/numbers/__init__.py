"""Bounds on rounding errors, and the errors themselves."""
