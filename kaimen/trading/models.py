"""Tables of the exchange: who may lawfully run it, assets, admitted parties, products, orders, their journal, and alerts.

Cases (`kaimen.cases`) hold what was done; these rows hold what it came to, under constraints of the database.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

WHOLE_BP = 10_000
"""Hundredths of a percent in a whole."""
MOST_FEE_BP = 3_000
"""A fee above 30 % is a slip of the pen."""
MOST_PARTNER_BP = WHOLE_BP - MOST_FEE_BP
"""Who shares in the income gets at most what the highest fee leaves; `product_listing` of the pack asks for no more."""


class Operator(models.Model):
    """The switch: who may lawfully run the exchange. The newest row holds; without one, or with `on` false, there is no trade."""

    on = models.BooleanField()
    institution = models.CharField(max_length=64, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    rules_version = models.CharField(max_length=60, blank=True)
    fee_bp = models.PositiveIntegerField(default=0)
    """What the operator keeps of a price, in hundredths of a percent."""
    production = models.BooleanField(default=False)
    """Then no simulated payment opens an escrow."""
    reason = models.CharField(max_length=500)
    person = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    receipt = models.CharField(max_length=22)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="operator_whole",
                condition=Q(on=False) | ~Q(institution="") & ~Q(licence="") & ~Q(rules_version=""),
            ),
            models.CheckConstraint(name="operator_fee", condition=Q(fee_bp__lte=MOST_FEE_BP)),
        ]


class CodeSeries(models.Model):
    """The last number of a series of codes."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField()


class Asset(models.Model):
    """A registered data asset or resource. It records what was declared; it decides nothing about whose the data are."""

    code = models.CharField(primary_key=True, max_length=60)
    case = models.CharField(max_length=26, unique=True)
    number = models.CharField(max_length=40, unique=True)
    institution = models.CharField(max_length=64, db_index=True)
    title = models.CharField(max_length=300)
    source = models.CharField(max_length=40)
    rights = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    outer = models.BooleanField()
    """The code was given by a platform above; this register mirrors it."""
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=1)
    coded_at = models.DateTimeField()
    valid_until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="asset_state", condition=Q(state__in=["coded", "valid", "expired", "cancelled"])
            )
        ]


class TradeParty(models.Model):
    """A body on the exchange: who it is was checked, until which day. One row a body, of its newest admission."""

    institution = models.CharField(primary_key=True, max_length=64)
    case = models.CharField(max_length=26, unique=True)
    number = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=12)
    owner_keys = models.JSONField()
    """Keyed hashes of who controls it: equal where equal, readable by nobody."""
    qualified_at = models.DateTimeField(null=True)
    """First admitted."""
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="trade_party_state",
                condition=Q(state__in=["applied", "qualified", "suspended", "ended", "barred"]),
            ),
            models.CheckConstraint(
                name="trade_party_day",
                condition=~Q(state="qualified") | Q(qualified_at__isnull=False, valid_until__isnull=False),
            ),
        ]


class Product(models.Model):
    """What is offered, in its newest version. `code` is the number of its case."""

    code = models.CharField(primary_key=True, max_length=40)
    case = models.CharField(max_length=26, unique=True)
    seller = models.CharField(max_length=64, db_index=True)
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT)
    asset_id: str
    title = models.CharField(max_length=300)
    summary = models.TextField()
    restrictions = models.TextField()
    dataset = models.CharField(max_length=26, db_index=True)
    columns = models.JSONField()
    uses = models.JSONField()
    category = models.CharField(max_length=40)
    """The theme of its data: prices are compared within it."""
    fingerprint = models.CharField(max_length=64, db_index=True)
    fen = models.BigIntegerField()
    partner = models.CharField(max_length=64, blank=True)
    partner_bp = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12)
    listed_at = models.DateTimeField()
    source_until = models.DateField()
    """The review of its source holds until this day."""

    class Meta:
        constraints = [
            models.CheckConstraint(name="product_price", condition=Q(fen__gte=0)),
            models.CheckConstraint(name="product_share", condition=Q(partner_bp__lte=WHOLE_BP - MOST_FEE_BP)),
            models.CheckConstraint(name="product_state", condition=Q(state__in=["listed", "suspended", "delisted"])),
        ]


class Order(models.Model):
    """An order with what was pinned to it. `number` is that of its case and the code of its grant."""

    number = models.CharField(primary_key=True, max_length=40)
    case = models.CharField(max_length=26, unique=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="orders")
    product_id: str
    entries: models.QuerySet[JournalEntry]  # the related manager, as far as we use it
    product_version = models.PositiveIntegerField()
    buyer = models.CharField(max_length=64, db_index=True)
    seller = models.CharField(max_length=64, db_index=True)
    fen = models.BigIntegerField()
    fee_bp = models.PositiveIntegerField()
    partner = models.CharField(max_length=64, blank=True)
    partner_bp = models.PositiveIntegerField(default=0)
    rules_version = models.CharField(max_length=60)
    simulated = models.BooleanField()
    """Paid in the sandbox: in books of its own, never beside real money."""
    document = models.TextField(blank=True)
    """The contract: ODRL 2.2, the RFC 8785 bytes as text. Empty until both have signed."""
    digest = models.CharField(max_length=64, blank=True)
    refunded_fen = models.BigIntegerField(default=0)
    failed = models.BooleanField(default=False)
    """It came to a complaint that was upheld, or was never delivered."""
    held_by = models.CharField(max_length=40, blank=True, db_index=True)
    """The alert that froze it."""
    placed_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, db_index=True)
    delivered_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="order_price", condition=Q(fen__gte=0, refunded_fen__gte=0, refunded_fen__lte=F("fen"))
            ),
            models.CheckConstraint(name="order_two_sides", condition=~Q(buyer=F("seller"))),
            models.CheckConstraint(
                name="order_shares", condition=Q(fee_bp__lte=MOST_FEE_BP, partner_bp__lte=WHOLE_BP - MOST_FEE_BP)
            ),
        ]


class Account(models.Model):
    """An account of the journal. `fen`: debits less credits, so what is held for others or owed to them stands below zero."""

    kind = models.CharField(max_length=10)
    owner = models.CharField(max_length=64, blank=True)
    """Of an escrow the order, of what is owed the institution, of the fee the operator; empty for the bank."""
    simulated = models.BooleanField()
    fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "owner", "simulated"], name="account_once"),
            models.CheckConstraint(name="account_kind", condition=Q(kind__in=["bank", "escrow", "payable", "fee"])),
            # INVARIANT: nobody is owed less than nothing, no escrow is overdrawn, the bank holds no less than nothing.
            models.CheckConstraint(
                name="account_sign", condition=Q(kind="bank", fen__gte=0) | (~Q(kind="bank") & Q(fen__lte=0))
            ),
        ]


class JournalEntry(models.Model):
    """Something that happened to money, once: `key` says what. Never changed, never deleted."""

    key = models.CharField(max_length=120, unique=True)
    what = models.CharField(max_length=20)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="entries")
    order_id: str
    lines: models.QuerySet[JournalLine]  # the related manager, as far as we use it
    simulated = models.BooleanField()
    reference = models.CharField(max_length=60, blank=True)
    """Of the bank, where money really came in or went out."""
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="entry_what", condition=Q(what__in=["paid", "refunded", "settled", "paid_out"])
            ),
            models.UniqueConstraint(
                fields=["what", "reference"], condition=~Q(reference=""), name="entry_reference_once"
            ),
        ]


class JournalLine(models.Model):
    """An amount that passes from one account to another: debits and credits of every entry balance by their form."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="lines")
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits")
    fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="line_positive", condition=Q(fen__gt=0)),
            models.CheckConstraint(name="line_two_accounts", condition=~Q(debit=F("credit"))),
        ]


class Alert(models.Model):
    """What a rule saw, once for each thing it saw. What was done about it stands in its case."""

    key = models.CharField(primary_key=True, max_length=200)
    """Rule and subject: the same thing raises one alert."""
    case = models.CharField(max_length=26, unique=True)
    number = models.CharField(max_length=40, unique=True)
    rule = models.CharField(max_length=30)
    rules_version = models.PositiveIntegerField()
    orders = models.JSONField()
    raised_at = models.DateTimeField()
