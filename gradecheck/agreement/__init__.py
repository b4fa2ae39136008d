"""Anybody's code held against a torch function, whose own trace says how far rounding may take it."""
