"""Full text search over Tantivy: no server, two folders, one for each face of an entry. Knows ids and words, nothing of rooms.

Chinese stands in the index twice: overlapping pairs of characters decide what is found, exactly as a substring scan would; words decide
the order. Who may see a document is part of every question, and no reader's text ever reaches a query parser.
"""
