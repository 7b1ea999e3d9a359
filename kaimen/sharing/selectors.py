"""Questions this room answers. Empty until sharing is furnished: requests between institutions, agreements, disposal."""
