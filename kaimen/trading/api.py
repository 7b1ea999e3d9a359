"""API operations of this room. None of its own: registrations are cases, and `/api/v1/cases` serves them."""
