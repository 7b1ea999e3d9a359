"""Sharing: requests between institutions, agreements, disposal.

Not furnished yet: nothing here answers, and no address leads here.
"""
