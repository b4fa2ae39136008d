"""Verifying: a function compared with its twin over many cases."""
