from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """The room of submissions: from a file that somebody has to figures that were signed."""

    name = "lontar.reporting"
    label = "reporting"
