"""The store of an instance, for what is accepted and for whoever looks after it. What it holds is read through the door alone."""

from lontar.instance.home import REMOVAL, Home
from lontar.warehouse.store.keeping import Store
from lontar.warehouse.store.volumes import VolumeFolder


def open_store(home: Home) -> Store:
    """Give the store of an instance. While its master key is renewed, the new one opens too what was sealed already."""
    return Store(
        _volumes(home), _bytes(home.secret("store")), *map(_bytes, filter(None, [home.renewed("store")]))
    )


def open_store_renewed(home: Home) -> Store:
    """Give the store under a new master key, which opens what the old one sealed too; the instance's own stays the old one for now."""
    return Store(_volumes(home), _bytes(home.begin_renewal("store")), _bytes(home.secret("store")))


def _volumes(home: Home) -> VolumeFolder:
    return VolumeFolder(home.folder / "store", lambda: home.locked(REMOVAL))


def _bytes(secret: str) -> bytes:
    return bytes.fromhex(secret)
