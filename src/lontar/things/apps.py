from django.apps import AppConfig


class ThingsConfig(AppConfig):
    """The room of things and their terms."""

    name = "lontar.things"
    label = "things"
