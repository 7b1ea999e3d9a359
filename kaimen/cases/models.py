"""Cases, their parties, what was done in them (never changed), forms that were begun, and the numbers given out."""

from __future__ import annotations

from django.db import models


class Case(models.Model):
    """One run of a workflow. `facts` are the newest answers to what its steps asked; each step keeps its own beside it."""

    id = models.CharField(primary_key=True, max_length=26)
    number = models.CharField(max_length=40, unique=True)
    workflow = models.CharField(max_length=40)
    pack = models.CharField(max_length=80)
    state = models.CharField(max_length=40)
    n = models.PositiveIntegerField(default=0)
    """How many steps were taken: what a form saw when it was opened."""
    facts = models.JSONField()
    dataset = models.CharField(max_length=26, blank=True)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    regime = models.CharField(max_length=20, blank=True)
    """Whether the statute's terms bind the owing side, hold by reference, or are a setting (`core.lifecycle.regime`)."""
    key_hash = models.CharField(max_length=64, blank=True)
    """SHA-256 of the word by which somebody without an account looks at their case."""
    mark = models.CharField(max_length=64, blank=True)
    """Which sheet it was filed on: a hash of the opener, the workflow and the mark that the form carried. One sheet makes one case."""
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    keep_until = models.DateTimeField(null=True)
    """Not deleted before; set when it ends."""

    parties: models.QuerySet[Party]  # the related manager, as far as we use it

    def seat(self, side: str) -> Party | None:
        """Who stands on a side; from memory where the parties were read already."""
        return next((party for party in self.parties.all() if party.side == side), None)

    def reseated(self) -> None:
        """Somebody was seated since the parties were read: they are read again when next asked for."""
        getattr(self, "_prefetched_objects_cache", {}).pop("parties", None)

    class Meta:
        indexes = [
            models.Index(fields=["workflow", "state", "-changed_at"], name="case_by_workflow"),
            models.Index(fields=["dataset", "workflow"], name="case_by_dataset", condition=~models.Q(dataset="")),
        ]
        constraints = [models.UniqueConstraint(fields=["mark"], name="case_once_a_sheet", condition=~models.Q(mark=""))]


class Party(models.Model):
    """A side of a case: a body, or one person."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    side = models.CharField(max_length=40)
    institution = models.CharField(max_length=64, blank=True)
    person = models.CharField(max_length=64, blank=True)
    described_as = models.CharField(max_length=200, blank=True)
    """Somebody without an account for whom a helper filed."""
    through = models.CharField(max_length=64, blank=True)
    """The body of that helper."""
    mandate = models.CharField(max_length=36, blank=True)
    """The recorded authority on which it was filed."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "side"], name="party_once_a_side")]
        indexes = [
            models.Index(fields=["institution"], name="party_bodies", condition=~models.Q(institution="")),
            models.Index(fields=["person"], name="party_persons", condition=~models.Q(person="")),
        ]


class Act(models.Model):
    """A step that was taken. Frozen when written."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="acts")
    n = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    before = models.CharField(max_length=40)
    after = models.CharField(max_length=40)
    at = models.DateTimeField()
    person = models.CharField(max_length=64, blank=True)
    institution = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=40)
    on_behalf = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=20, blank=True)
    authority = models.CharField(max_length=20, blank=True)
    """How the helped person came, and on what recorded authority; empty where nobody was helped."""
    behind = models.JSONField()
    """Everybody whose eyes these were."""
    facts = models.JSONField()
    digest = models.CharField(max_length=64)
    receipt = models.CharField(max_length=22)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "n"], name="act_once_a_place")]
        ordering = ["n"]


class Begun(models.Model):
    """A form that somebody began and will go on with: of a step of a case one, of a first step as many as they like."""

    person = models.CharField(max_length=64)
    workflow = models.CharField(max_length=40)
    case = models.CharField(max_length=26, blank=True)
    verb = models.CharField(max_length=40)
    given = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "case", "verb"], name="begun_once_a_step", condition=~models.Q(case="")
            )
        ]
        indexes = [models.Index(fields=["person", "-saved_at"], name="begun_by_person")]


class Sequence(models.Model):
    """The last number given out in a series of a year."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField()


class Subscription(models.Model):
    """An address of a body's system that is told when a case of the body moves."""

    id = models.CharField(primary_key=True, max_length=26)
    institution = models.CharField(max_length=64)
    url = models.CharField(max_length=500)
    secret = models.BinaryField()
    """Sealed key of the signatures."""
    person = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["institution"], name="subscription_open", condition=models.Q(ended_at__isnull=True))
        ]


class Sealed(models.Model):
    """The text of an answer that must be destroyed later. Its step and its case hold `commitment` only; gone with this row for good."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    commitment = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=40)
    box = models.BinaryField()
    """Salt and text under the ring of the installation."""
