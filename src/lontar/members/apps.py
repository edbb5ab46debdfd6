from django.apps import AppConfig


class MembersConfig(AppConfig):
    """The room of participants and people."""

    name = "lontar.members"
    label = "members"
