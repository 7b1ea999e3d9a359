"""Tables of this room. Empty until sharing is furnished: requests between institutions, agreements, disposal."""
