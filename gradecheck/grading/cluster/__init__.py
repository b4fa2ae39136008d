"""Marks a class on the workers of a dask scheduler: they are sent submissions as bytes, and send marks back."""
