"""Things, and the terms that they are under: rows that never change, so that the policy is asked once for all things alike.

Everything that the policy asks is NOT NULL, so that SQL and Python agree. Numbers are of this instance and never leave it.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from lontar.model.policy.facts import ALWAYS, NEVER


def _texts() -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.TextField(), default=list)


class Terms(models.Model):
    """Facts that many things share, named as the policy names them (lontar.model.policy.facts). `digest` is the hash of them all."""

    id = models.IntegerField(primary_key=True)
    digest = models.BinaryField(unique=True)
    owner = models.TextField()
    agency = models.TextField()
    mark = models.TextField()
    kind = models.TextField(default="figures")
    owner_group = _texts()
    shared_with = _texts()
    named = _texts()
    list_only = models.BooleanField(default=False)
    finest = models.TextField(default="figure")
    may_be_exported = models.BooleanField(default=True)
    regional_totals = models.BooleanField(default=True)
    no_onward = models.BooleanField(default=False)
    no_ranking = models.BooleanField(default=False)
    sent_to_office = models.BooleanField(default=False)
    in_edition = models.BooleanField(default=False)
    not_before = models.DateTimeField(default=ALWAYS)
    expires = models.DateTimeField(default=NEVER)
    recalled = models.BooleanField(default=False)
    published = models.BooleanField(default=False)
    classes = _texts()
    origin = _texts()
    origin_open = models.BooleanField(default=False)


class Span(models.Model):
    """A topic and a stretch of days, both inclusive, that things of one owner are about: what contributions are compared with.

    What is linked to asylum has a span for itself (`linked` is its id): see sql/acts.sql.
    """

    id = models.IntegerField(primary_key=True)
    owner = models.TextField()
    topic = models.TextField()
    period_start = models.DateField()
    period_end = models.DateField()
    linked = models.TextField(default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "topic", "period_start", "period_end", "linked"], name="one_span_of_a_kind"
            )
        ]


class Thing(models.Model):
    """One thing that has existence: under which terms, and what it is about."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, db_column="terms")
    span = models.ForeignKey(Span, on_delete=models.PROTECT, db_column="span")


class Proposal(models.Model):
    """Other terms for a thing, which would protect less, until another person of its owner agreed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, db_column="thing")
    owner = models.TextField()
    before = models.ForeignKey(Terms, on_delete=models.PROTECT, db_column="before", related_name="+")
    after = models.ForeignKey(Terms, on_delete=models.PROTECT, db_column="after", related_name="+")
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    why = models.TextField()
    falls = _texts()
    agreed_by = models.TextField(default="", db_default="")
    agreed_at = models.DateTimeField(null=True, blank=True)
