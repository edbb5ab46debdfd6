"""What the database knows of figures: which parcels there are, which segment holds each, and where that lies. Never a figure.

Numbers are of this instance and never leave it; outside, a parcel is known by its address, the hash of what it holds with a salt.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from lontar.things.models import Thing


def _texts() -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.TextField(), default=list)


class Series(models.Model):
    """What one agency sends again and again: the figures of one mapping. A later version of a part takes the place of an earlier one."""

    id = models.IntegerField(primary_key=True)
    owner = models.TextField()
    agency = models.TextField()
    name = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "agency", "name"], name="one_series_of_a_name")
        ]


class Submission(models.Model):
    """What was accepted at once: `kind` is first, further, correction or echo; `digest` the hash over the addresses of its parcels."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, db_column="series")
    version = models.IntegerField()
    kind = models.TextField()
    reason = models.TextField()
    accepted_at = models.DateTimeField()
    signed_by = models.TextField()
    digest = models.BinaryField()
    files = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "version"], name="one_submission_a_version")]


class Key(models.Model):
    """The key of an owner and a set of classes, wrapped by the master key of that fingerprint."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.TextField()
    classes = models.TextField()
    master = models.TextField()
    wrapped = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "classes"], name="one_key_of_a_kind")]


class Segment(models.Model):
    """Figures of one owner, set of classes and year that lie together; `alone` is the thing that has a segment for itself ('' for none).

    `generation` is another whenever it is written anew; `name` is what it was sealed under. Figures and their trace lie in a volume from
    a place on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.TextField()
    classes = models.TextField()
    year = models.IntegerField()
    alone = models.TextField(default="", db_default="")
    generation = models.IntegerField(unique=True)
    name = models.UUIDField()
    volume = models.UUIDField(db_index=True)
    place = models.BigIntegerField()
    length = models.BigIntegerField()
    trace_place = models.BigIntegerField()
    trace_length = models.BigIntegerField()
    key = models.ForeignKey(Key, on_delete=models.PROTECT, db_column="key")
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "classes", "year", "alone"], name="one_current_segment")
        ]


class Parcel(models.Model):
    """Observations of one indicator and period that are protected alike: a thing, with the segment that holds them."""

    number = models.IntegerField(primary_key=True)
    address = models.BinaryField(unique=True)
    thing = models.OneToOneField(Thing, on_delete=models.PROTECT, db_column="thing")
    owner = models.TextField()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, db_column="submission")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, db_column="series")
    version = models.IntegerField()
    indicator = models.TextField(db_index=True)
    period_start = models.DateField()
    period_end = models.DateField()
    accepted_at = models.DateTimeField()
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, db_column="segment")


class Precedent(models.Model):
    """What intake decided on one table of an owner, and what binds later ones (see lontar.warehouse.intake.terms.Precedent).

    It tells what was small, so it is for nobody's eyes but the owner's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.TextField()
    indicator = models.TextField()
    series = _texts()
    period_start = models.DateField()
    period_end = models.DateField()
    shape = _texts()
    kind = models.TextField()
    codes = _texts()

    class Meta:
        indexes = [models.Index(fields=["owner", "indicator"], name="precedents_of_an_owner")]


class Reader(models.Model):
    """That a participant read figures of a submission (of one parcel alone, where that is linked to asylum): it is told of their purge."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, db_column="submission")
    thing = models.TextField(default="", db_default="")
    reader = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "thing", "reader"], name="one_reader_of_figures")
        ]


class Notice(models.Model):
    """What a participant that read figures is told of them later: that they were recalled or purged."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reader = models.TextField()
    owner = models.TextField()
    topic = models.TextField()
    what = models.TextField()
    day = models.DateField()


class Edition(models.Model):
    """A frozen computation of regional totals; `sealed` is what it was computed from, for the audits of later editions alone."""

    number = models.IntegerField(primary_key=True)
    made_at = models.DateTimeField()
    sealed = models.BinaryField()
    wrapped = models.BinaryField()
    master = models.TextField()


class Total(models.Model):
    """One total that an edition shows; `thing` is the edition's for this topic. Totals that are withheld are not here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, db_column="edition")
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, db_column="thing")
    indicator = models.TextField()
    unit = models.TextField()
    stage = models.TextField()
    period = models.TextField()
    period_start = models.DateField()
    period_end = models.DateField()
    dimension = models.TextField()
    code = models.TextField()
    value = models.BigIntegerField()
    rounding = models.IntegerField()
    since = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["edition", "indicator", "dimension"], name="totals_of_an_edition")]
