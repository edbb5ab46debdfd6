"""The facts of everything that has existence, one row a thing. What the policy asks is NOT NULL, so that SQL and Python agree."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from lontar.model.policy.facts import ALWAYS, NEVER


def _states() -> ArrayField:
    return ArrayField(models.TextField(), default=list)


class Thing(models.Model):
    """One thing and its facts, named as the policy names them (lontar.model.policy.facts)."""

    period_start = models.DateField()
    period_end = models.DateField()
    not_before = models.DateTimeField(default=ALWAYS)
    expires = models.DateTimeField(default=NEVER)
    recalled = models.BooleanField(default=False)
    published = models.BooleanField(default=False)
    list_only = models.BooleanField(default=False)
    may_be_exported = models.BooleanField(default=True)
    regional_totals = models.BooleanField(default=True)
    sent_to_office = models.BooleanField(default=False)
    in_edition = models.BooleanField(default=False)
    origin_open = models.BooleanField(default=False)
    no_onward = models.BooleanField(default=False)
    no_ranking = models.BooleanField(default=False)
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    mark = models.TextField()
    owner = models.TextField()
    kind = models.TextField(default="figures")
    finest = models.TextField(default="figure")
    classes = _states()
    topic = models.TextField()
    agency = models.TextField()
    shared_with = _states()
    named = _states()
    owner_group = _states()
    origin = _states()


class Span(models.Model):
    """A topic and a stretch of days that some thing is about: what contributions are compared with."""

    pk = models.CompositePrimaryKey("topic", "period_start", "period_end")
    topic = models.TextField()
    period_start = models.DateField()
    period_end = models.DateField()


class Contribution(models.Model):
    """A signed act of a participant on a topic and a period; it opens the periods that lie within its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    participant = models.TextField()
    topic = models.TextField()
    period_start = models.DateField()
    period_end = models.DateField()
    signed = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True, blank=True)
