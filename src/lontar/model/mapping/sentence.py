"""The form that every part of the mapping language shares."""

import msgspec


class Sentence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One part of a mapping: immutable, named fields only, an unknown field is an error."""
