"""Verbs of this room: the only writers. Empty until compliance is furnished: grading work, inventories, assessments, incidents, requests of persons, officers, control board."""
