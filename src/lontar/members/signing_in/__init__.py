"""Signing in: passwords, second factors, sessions and their limits, budgets of guesses, and the issuers of participants.

Views of other modules need of it: `acting_in(request)` opens the transaction in which the reader acts (`acting_by_token` that of a
program), `@reauthenticated` asks once more who it is before an act that weighs, and `waives_second_factor()` says that this is a
demonstration.
"""

from lontar.members.signing_in.again import reauthenticated
from lontar.members.signing_in.asking import (
    acting_in,
    choose_participant,
    hands_links_over,
    reader_of,
    waives_second_factor,
)
from lontar.members.signing_in.marks import bound_participant, drop_if_ended
from lontar.members.signing_in.programs import acting_by_token

__all__ = [
    "acting_by_token", "acting_in", "bound_participant", "choose_participant", "drop_if_ended", "hands_links_over", "reader_of",
    "reauthenticated", "waives_second_factor",
]  # fmt: skip
