"""Trading: who may run the exchange, and the register of data assets. Parties, listing, orders and settlement are not furnished yet."""
