"""The store of an instance: sealed segments in volumes, and the keys that open them."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import msgspec

from lontar.model.errors import Unavailable
from lontar.warehouse.store.sealing import Part, fingerprint, new_key, seal, unseal, unwrap, wrap
from lontar.warehouse.store.volumes import Volumes


class OwnerKey(msgspec.Struct, frozen=True):
    """The key of an owner and a set of classes, as the database holds it; `name` is what it was wrapped under."""

    id: UUID
    name: str
    wrapped: bytes
    master: str


class Place(msgspec.Struct, frozen=True):
    """Where a segment lies, and its key."""

    generation: int
    name: UUID
    volume: UUID
    place: int
    length: int
    trace_place: int
    trace_length: int
    wrapped: bytes
    key: OwnerKey


class Sealed(NamedTuple):
    """A segment to be written: the name that it is sealed under, its wrapped key, and both parts."""

    name: UUID
    wrapped: bytes
    figures: bytes
    trace: bytes


class Store:
    """The store. `masters` are the master keys by fingerprint; the first seals, any opens."""

    def __init__(self, volumes: Volumes, *masters: bytes) -> None:
        self.volumes = volumes
        self._masters = {fingerprint(master): master for master in masters}
        self.master = fingerprint(masters[0])

    def new_owner_key(self, identity: UUID, owner: str, classes: str) -> OwnerKey:
        """Make a key for an owner and a set of classes."""
        name = owner_key_name(owner, classes)
        return OwnerKey(identity, name, wrap(new_key(), self._masters[self.master], name), self.master)

    def seal(self, name: UUID, under: OwnerKey, figures: bytes, trace: bytes) -> Sealed:
        """Seal a segment with a key of its own."""
        key, text = new_key(), str(name)
        return Sealed(
            name,
            wrap(key, self._owner_key(under), text),
            seal(figures, key, "figures", text),
            seal(trace, key, "trace", text),
        )

    def read(self, place: Place, part: Part) -> memoryview:
        """Read a part of a segment. Raises FileNotFoundError where its volume was replaced, Unavailable where it is damaged."""
        start, length = (
            (place.place, place.length) if part == "figures" else (place.trace_place, place.trace_length)
        )
        sealed = self.volumes.read(place.volume, start, length)
        key = unwrap(place.wrapped, self._owner_key(place.key), str(place.name))
        return unseal(sealed, key, part, str(place.name), f"volume {place.volume}")

    def rewrapped(self, place: Place, under: OwnerKey) -> bytes:
        """Give the key of a segment wrapped by another key; what it seals stays as it is."""
        return wrap(
            unwrap(place.wrapped, self._owner_key(place.key), str(place.name)),
            self._owner_key(under),
            str(place.name),
        )

    def seal_working(self, name: str, plain: bytes) -> tuple[bytes, bytes]:
        """Seal what is for the makers of editions alone, and give it with its key, wrapped by the master key."""
        key = new_key()
        return seal(plain, key, "figures", name), wrap(key, self._masters[self.master], f"edition {name}")

    def open_working(self, name: str, sealed: bytes, wrapped: bytes, master: str) -> memoryview:
        """Open what was sealed for the makers of editions. Raises Unavailable where a byte of it, or the key, is another."""
        key = unwrap(wrapped, self._master(master, f"edition {name}"), f"edition {name}")
        return unseal(sealed, key, "figures", name, f"edition {name}")

    def rewrapped_working(self, name: str, wrapped: bytes, master: str) -> bytes:
        """Give the key of what was sealed for the makers of editions, wrapped by the first master key."""
        key = unwrap(wrapped, self._master(master, f"edition {name}"), f"edition {name}")
        return wrap(key, self._masters[self.master], f"edition {name}")

    def _owner_key(self, key: OwnerKey) -> bytes:
        return unwrap(key.wrapped, self._master(key.master, key.name), key.name)

    def _master(self, known: str, name: str) -> bytes:
        master = self._masters.get(known)
        if master is None:
            remedy = "Restore the database and the secrets from one backup: they belong together."
            raise Unavailable("WAR-001", name, "its key cannot be opened.", remedy)
        return master


def owner_key_name(owner: str, classes: str) -> str:
    """Give the name under which the key of an owner and a set of classes is wrapped."""
    return f"{owner}|{classes}"
