"""Runs strangers' code: isolates it, calls its functions, and takes what comes back as data."""
