"""Judges answers by the bank: what is wrong, which mistake it is, and what it costs."""
