"""Commands by subject, each added to the group in cli.py. What takes long to import is imported where it is used."""
