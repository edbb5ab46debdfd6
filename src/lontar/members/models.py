"""Who takes part, who works for them, and what a person may do for whom. Every table is under row-level security."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class Participant(models.Model):
    """A State, territory, organisation or office that takes part; `id` is that of the catalogue.

    `kind` and `standing` are two facts. `states` is the closed set of States that it answers for (empty for organisations and
    offices); `named` says whether it agreed to be named as a contributor.
    """

    id = models.TextField(primary_key=True)
    kind = models.TextField()
    standing = models.TextField()
    states = ArrayField(models.TextField(), default=list)
    named = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id__regex=r"^[A-Za-z0-9_.-]{1,40}$"), name="participant_is_somebody"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["State", "territory"]) | ~models.Q(states=[]),
                name="a_state_has_states",
            ),
        ]


class Agency(models.Model):
    """A body inside a participant, and what it does."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT)
    name = models.TextField()
    functions = ArrayField(models.TextField(), default=list)


class PersonManager(BaseUserManager["Person"]):
    """People are looked up by the address that they sign in with."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=username)


class Person(AbstractBaseUser):
    """One person with one account. The name and the address can be erased; the id stays in journals."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.TextField(unique=True)
    name = models.TextField(blank=True)
    is_suspended = models.BooleanField(default=False)
    agencies = models.ManyToManyField(Agency, through="Belonging")

    USERNAME_FIELD = "email"
    objects = PersonManager()

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether the person may sign in."""
        return not self.is_suspended


class _Dated(models.Model):
    """Something that holds from one moment, and until another where that is set."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Belonging(_Dated):
    """A person works in an agency."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)


class Appointment(_Dated):
    """A person has a role for a participant, and may act for it, while its people are certified every quarter and nobody suspended it.

    Allegiance and functions follow from it also while it is suspended, or lapsed: until it ends.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT)
    role = models.TextField()
    certified = models.DateTimeField()
    suspended = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "participant", "role"], condition=models.Q(until=None), name="one_role_once"
            )
        ]


class Secondment(_Dated):
    """What a participant declared of a person: the closed sets of the States that sent them (none: nobody did).

    Until each participant that a person is bound to declared it, the person is counted among the people of every State.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT)
    states = ArrayField(models.TextField(), default=list)


class Invitation(models.Model):
    """A participant asks somebody at an address to work for it. The link holds a secret, of which only the hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT)
    email = models.TextField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True)
    roles = ArrayField(models.TextField())
    secret = models.BinaryField(unique=True)
    made_by = models.TextField()
    made_at = models.DateTimeField()
    expires = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True)
    ended = models.DateTimeField(null=True)


class Grant(models.Model):
    """A right that an administrator asked for, until another person agreed; where there is none that is waived.

    `what`: appoint (to a role), join or leave (an agency), declare (the States that sent the person), resume (after a suspension),
    reset (the second factor). Of an invitation there is no person until it is accepted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT)
    what = models.TextField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True)
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, null=True)
    role = models.TextField(default="")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True)
    states = ArrayField(models.TextField(), default=list)
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    outcome = models.TextField(default="")
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)


class Token(models.Model):
    """What a program of a person reads with, for one participant: these topics, no finer than `grain`, for at most ninety days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT)
    name = models.TextField()
    secret = models.BinaryField(unique=True)
    topics = ArrayField(models.TextField())
    grain = models.TextField()
    may_send = models.BooleanField()
    made = models.DateTimeField()
    expires = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    used = models.DateField(null=True)


class Contribution(models.Model):
    """A signed thing of a participant, GREEN or wider and not linked to asylum, while others may read it.

    It opens the periods that lie within its own; where it says that there was `nil`, its own alone. `id` is the thing's.
    """

    id = models.UUIDField(primary_key=True)
    participant = models.TextField()
    topic = models.TextField()
    period_start = models.DateField()
    period_end = models.DateField()
    nil = models.BooleanField()
    signed = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField()


class Issuer(models.Model):
    """Somebody else who signs people in, by OpenID Connect, for exactly one participant; the operator of the instance enters it.

    `secret` is encrypted. `sign_in_origin` is where the issuer shows its own page. `second_factor` says that the issuer's word for a
    second factor is believed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    slug = models.SlugField(unique=True)
    url = models.TextField()
    client_id = models.TextField()
    secret = models.TextField()
    sign_in_origin = models.TextField()
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT)
    second_factor = models.BooleanField(default=False)
