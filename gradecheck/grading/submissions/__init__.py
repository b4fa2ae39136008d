"""Finds and reads what students hand in; nothing of it is run here."""
