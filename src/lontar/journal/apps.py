from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The room of the journal."""

    name = "lontar.journal"
    label = "journal"
