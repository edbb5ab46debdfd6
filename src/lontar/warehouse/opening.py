"""The store of an instance, for what is accepted and for whoever looks after it. What it holds is read through the door alone."""

from lontar.instance.home import REMOVAL, Home
from lontar.warehouse.store.keeping import Store
from lontar.warehouse.store.volumes import VolumeFolder


def open_store(home: Home) -> Store:
    """Give the store of an instance."""
    volumes = VolumeFolder(home.folder / "store", lambda: home.locked(REMOVAL))
    return Store(volumes, bytes.fromhex(home.secret("store")))
