"""Inputs for one call: drawn, described by traits, and shrunk."""
