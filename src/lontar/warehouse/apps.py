from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    """The room of figures: parcels, and where they lie."""

    name = "lontar.warehouse"
    label = "warehouse"
