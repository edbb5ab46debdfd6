"""What the database knows of submissions: whose they are, what lies sealed on the desk, and what was done. Never a figure.

What is not signed yet is a thing too (AMBER+STRICT: for the agency that wrote it, and the focal point), so that one policy judges it.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Submission(models.Model):
    """What an agency sends under one mapping, from the first file until it is withdrawn.

    `things` stand for it before the policy, one for each topic; whoever may not read one of them may not read it. `wrapped` is the key
    of its papers, under the master key of that fingerprint; without it they are lost. What is signed has a `digest` (what was signed),
    `terms` and a `reason` (why it takes the place of earlier figures, where it does), and in the end the submission that the warehouse
    `accepted`. `refused` counts the cells that are to be repaired.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    participant = models.TextField()
    agency = models.TextField()
    mapping = models.TextField(default="", db_default="")
    things = ArrayField(models.UUIDField())
    step = models.TextField(default="draft", db_default="draft")
    begun_by = models.TextField()
    begun_at = models.DateTimeField()
    since = models.DateTimeField()
    wrapped = models.BinaryField(null=True)
    master = models.TextField()
    signed_by = models.TextField(default="", db_default="")
    digest = models.BinaryField(null=True)
    terms = models.TextField(default="", db_default="")
    reason = models.TextField(default="", db_default="")
    accepted = models.TextField(default="", db_default="")
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    refused = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["participant", "step"], name="submissions_of_a_participant")]


class Paper(models.Model):
    """A sealed file of a submission on the desk: what was sent, or what it became in one pass of the engine (`run`).

    `kind` is raw, observations, problems or account; `name` the file's name for its sender, or the indicator.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, db_column="submission")
    kind = models.TextField()
    name = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.BinaryField()
    run = models.IntegerField(default=0, db_default=0)
    kept_by = models.TextField()
    kept_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)


class Job(models.Model):
    """Long work on a submission, done by a worker in the name of whoever asked for it.

    `outcome` is empty until it ends: then done, refused, cancelled or failed. `said` is what its sender is told of it, sealed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, db_column="submission")
    what = models.TextField()
    person = models.TextField()
    participant = models.TextField()
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    stage = models.TextField(default="", db_default="")
    done = models.BigIntegerField(default=0, db_default=0)
    total = models.BigIntegerField(default=0, db_default=0)
    is_cancelled = models.BooleanField(default=False, db_default=False)
    outcome = models.TextField(default="", db_default="")
    said = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], name="jobs_that_wait", condition=models.Q(outcome="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"], name="one_job_at_a_time", condition=models.Q(outcome="")
            )
        ]


class Repair(models.Model):
    """What somebody said of a cell, or of all cells that hold one text. `cell` tells which, and says nothing to whoever has no key; `said`
    is sealed. One that another person wrote meanwhile is a rival of it, until somebody chooses.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, db_column="submission")
    cell = models.BinaryField()
    said = models.BinaryField()
    author = models.TextField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    rival_of = models.UUIDField(null=True)


class Event(models.Model):
    """What was done with a submission, when and by whom: the history that its own people see."""

    id = models.BigAutoField(primary_key=True)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, db_column="submission")
    what = models.TextField()
    person = models.TextField()
    at = models.DateTimeField()
