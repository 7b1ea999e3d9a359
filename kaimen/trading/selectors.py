"""Questions this room answers. Empty until trading is furnished: the data exchange: parties, registration, listing, orders, settlement."""
