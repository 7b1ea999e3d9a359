"""Trading: the data exchange: parties, registration, listing, orders, settlement.

Not furnished yet: nothing here answers, and no address leads here.
"""
