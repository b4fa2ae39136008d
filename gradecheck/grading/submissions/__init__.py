"""What students hand in, as found and as read; nothing of it is run here."""
