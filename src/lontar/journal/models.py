"""The tables of the journal. The database itself links the chains (sql/journal.sql); nothing here is ever changed by the web role."""

import uuid

from django.db import models


class Entry(models.Model):
    """One act in the chain of one participant: only a commitment to what it says. `number` is of this instance and orders a transaction."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.BigIntegerField(unique=True)
    chain = models.TextField()
    at = models.DateTimeField()
    commitment = models.BinaryField()
    act_id = models.BigIntegerField(db_index=True)


class Content(models.Model):
    """What an entry says, and the salt that its commitment was made with. Erasing both leaves the chain whole."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, db_column="entry")
    salt = models.BinaryField()
    body = models.TextField()


class Link(models.Model):
    """The place of an entry in its chain, from 1 on, and the hash of the chain up to it."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, db_column="entry")
    chain = models.TextField()
    place = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "place"], name="one_entry_a_place")]


class Head(models.Model):
    """How long a chain is, and its last hash."""

    chain = models.TextField(primary_key=True)
    length = models.BigIntegerField()
    hash = models.BinaryField()


class Reading(models.Model):
    """A reading, or a refusal, that the owner of what was read is told a week later, with its day alone; `told` is when it was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.TextField()
    reader = models.TextField()
    day = models.DateField()
    topic = models.TextField()
    rule = models.TextField()
    told = models.DateField(null=True, blank=True)


class Checkpoint(models.Model):
    """A signed root over the blinded heads of all chains at one hour. `statement` is the text that was signed."""

    number = models.IntegerField(primary_key=True)
    at = models.DateTimeField()
    statement = models.TextField()
    signature = models.BinaryField()


class Leaf(models.Model):
    """One place of a checkpoint's tree: the head of a chain, blinded, or (with an empty chain) nothing but noise."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, db_column="checkpoint")
    place = models.IntegerField()
    hash = models.BinaryField()
    chain = models.TextField()
    length = models.BigIntegerField()
    head = models.BinaryField()
    nonce = models.BinaryField()
