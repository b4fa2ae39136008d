"""What a catalogue of mistakes is made of: the record of a mistake, and mistakes that any function can have."""
