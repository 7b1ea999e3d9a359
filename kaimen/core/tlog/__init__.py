"""The transparency log: C2SP tiles, notes, proofs, leaves, commitments."""
