"""Compliance: grading work, inventories, assessments, incidents, requests of persons, officers, control board.

Not furnished yet: nothing here answers, and no address leads here.
"""
