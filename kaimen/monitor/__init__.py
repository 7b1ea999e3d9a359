"""Monitor: registers of what the city has, indicators computed from them on pinned versions, the evaluation index, the map."""
