"""What points at persons: identifiers in texts, and what a table must not hold when it leaves a zone. Pure."""
