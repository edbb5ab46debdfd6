"""The door of this process, made once: what it may keep in memory is a setting."""

from functools import cache

from django.conf import settings

from lontar.catalogue import open_catalogue
from lontar.warehouse.door.reading import Door
from lontar.warehouse.opening import open_store


@cache
def the_door() -> Door:
    """Give the door of this process."""
    return Door(
        open_catalogue(),
        open_store(settings.HOME),  # type: ignore[misc]
        cache_bytes=settings.FIGURES_CACHE,  # type: ignore[misc]
        query_bytes=settings.QUERY_MEMORY,  # type: ignore[misc]
    )
