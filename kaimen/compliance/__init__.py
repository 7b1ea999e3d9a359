"""Compliance: the law with its articles, duties and working days; grading work, inventories, assessments, incidents, control board.

Furnished today: the pages, the API and the commands of the law. Nothing is measured here yet, so nothing shows a state.
"""
