"""Answers held against the bank: what is wrong, which mistake it is, and what it costs."""
