"""Trading: who may run the exchange, the register of data assets, parties, products, orders, their money, and alerts."""
