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
    """One person with one account. The name and the address can be erased; the id stays in journals.

    Until secondments were declared (`secondments_declared`), the person is counted among the people of every State.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.TextField(unique=True)
    name = models.TextField(blank=True)
    is_suspended = models.BooleanField(default=False)
    secondments_declared = models.BooleanField(default=False)
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
    """A person has a role for a participant, and may act for it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT)
    role = models.TextField()


class Secondment(_Dated):
    """A person was sent by another State, whose closed set counts among the person's allegiance."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    state = models.TextField()
    states = ArrayField(models.TextField(), default=list)


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
