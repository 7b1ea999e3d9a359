"""API operations of this room. Empty until compliance is furnished: grading work, inventories, assessments, incidents, requests of persons, officers, control board."""
