"""What a catalogue entry is: its fields, its canonical form, what blocks its publication, and what of it the public may see.

Words are those of the catalogue specification; DCAT where the specification is silent.
"""
