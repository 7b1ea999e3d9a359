"""Zones: authorised operation: data that may not leave, workspaces, egress review.

Not furnished yet: nothing here answers, and no address leads here.
"""
