"""How far two numbers may be apart, and how far they are."""
