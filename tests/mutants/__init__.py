"""The suite proves itself: wrong implementations must be caught, right ones must not be blamed."""
