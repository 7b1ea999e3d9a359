"""Tables of this room. Empty until trading is furnished: the data exchange: parties, registration, listing, orders, settlement."""
