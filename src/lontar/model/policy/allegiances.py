"""Closed sets of States: what an allegiance brings with it, and what an origin does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import msgspec


class Bringing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the table of allegiances: a State brings another code.

    `territory` is an area that the State answers for; `kept_from` an area that the State claims, holds or is tied to, so that what must
    be kept from the one is kept from the other; `people` a people that sources record as an origin. None says anything on status.
    """

    state: str
    brings: str
    kind: Literal["territory", "kept_from", "people"]
    note: str


class Origin(NamedTuple):
    """A closed set of States, and whether it cannot be closed: unknown, stateless, other, total, a match that is not exact."""

    states: frozenset[str]
    is_open: bool

    def __or__(self, other: Origin) -> Origin:
        """Give the origin of two things taken together."""
        return Origin(self.states | other.states, self.is_open or other.is_open)


NOWHERE = Origin(frozenset(), False)


class Allegiances:
    """How codes of areas are closed. `members` maps a group to all areas in it, `successors` a former area to what followed it.

    An allegiance to a State holds the State, what it brings, and the former areas that it follows. An origin holds the area, the
    States that bring it, and their territories; of a group its members, of a former area its successors.
    """

    def __init__(
        self,
        lines: Iterable[Bringing],
        members: Mapping[str, frozenset[str]],
        successors: Mapping[str, tuple[str, ...]],
        areas: Iterable[str],
    ) -> None:
        self._brings: dict[str, set[str]] = {}
        self._states_of: dict[str, set[str]] = {}
        self._territories: dict[str, set[str]] = {}
        for line in lines:
            self._brings.setdefault(line.state, set()).add(line.brings)
            self._states_of.setdefault(line.brings, set()).add(line.state)
            if line.kind == "territory":
                self._territories.setdefault(line.state, set()).add(line.brings)
        for former, followers in successors.items():
            for follower in followers:
                self._brings.setdefault(follower, set()).add(former)
        self._members, self._successors, self._areas = members, successors, frozenset(areas)

    @property
    def codes(self) -> frozenset[str]:
        """All codes that may stand in a closed set."""
        sets = (*self._brings.values(), *self._states_of.values(), *self._members.values())
        singles = (self._areas, self._brings, self._states_of, self._members, self._successors)
        return frozenset().union(*sets, *singles, *self._successors.values())

    def knows(self, area: str) -> bool:
        """Say whether a code is an area that an allegiance can be to: one area, or what one brings."""
        return area in self._areas or area in self._states_of

    def of(self, area: str) -> frozenset[str]:
        """Close the allegiance to an area: a territory is counted with its State, and the State with all that it brings.

        The same set is the group of an owner that answers for this area.
        """
        states = {area} | {
            state for state in self._states_of.get(area, ()) if area in self._territories.get(state, ())
        }
        return frozenset(states.union(*(self._brings.get(state, ()) for state in states)))

    def origin_of(self, code: str, exact: bool = True) -> Origin:
        """Close the origin of people recorded under a code. What is no area, former area or group of areas is open."""
        if code in self._members:
            closed = [self.origin_of(member) for member in sorted(self._members[code])]
        elif code in self._successors:
            closed = [self.origin_of(follower) for follower in self._successors[code]]
        elif code in self._areas or code in self._states_of:
            states = {code, *self._states_of.get(code, ())}
            whole = states.union(*(self._territories.get(state, ()) for state in states))
            return Origin(frozenset(whole), not exact)
        else:
            return Origin(frozenset(), True)
        together = NOWHERE
        for one in closed:
            together = together | one
        return Origin(together.states | {code}, together.is_open or not exact)
