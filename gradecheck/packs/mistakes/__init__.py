"""What a catalogue of mistakes is made of: a mistake, and the kinds of mistakes that any function can have."""
