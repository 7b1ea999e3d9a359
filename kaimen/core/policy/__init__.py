"""Who asks, under which rules, with which answer: parties, policies, decisions. Terms are those of ODRL 2.2."""
