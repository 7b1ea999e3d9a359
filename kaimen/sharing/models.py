"""Agreements between bodies: the document as it was signed, by case."""

from __future__ import annotations

from django.db import models


class Agreement(models.Model):
    """What both sides signed. `code` is the number of its case and the code of its grant."""

    code = models.CharField(primary_key=True, max_length=40)
    case = models.CharField(max_length=26, unique=True)
    dataset = models.CharField(max_length=26, db_index=True)
    provider = models.CharField(max_length=64, db_index=True)
    demand = models.CharField(max_length=64, db_index=True)
    document = models.TextField()
    """ODRL 2.2, the RFC 8785 bytes as text: what the digest is of."""
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    entry_version = models.PositiveIntegerField()
    """The version of the catalogue entry whose conditions hold for it."""
