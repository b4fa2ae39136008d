"""Commands by subject, each added to the group in cli.py. Slow imports stand where they are used."""
