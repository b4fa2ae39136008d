"""A function held against its twin over many cases."""
