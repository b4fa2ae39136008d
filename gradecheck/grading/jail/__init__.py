"""A stranger's code: where it runs, what is said to it, and what comes back as data."""
