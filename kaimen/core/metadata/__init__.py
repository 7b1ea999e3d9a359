"""What a catalogue entry holds: fields, code lists, validation, the two audiences."""
