"""From what selectors found to what templates draw: words in the reader's language, addresses, pictures."""
