"""Verbs of this room: the only writers. Empty until trading is furnished: the data exchange: parties, registration, listing, orders, settlement."""
