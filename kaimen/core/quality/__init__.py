"""What a delivered table must be: contracts, rules, the SQL that checks them, and a plain Python reading of the same rules."""
