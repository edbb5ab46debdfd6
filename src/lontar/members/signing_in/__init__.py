"""Signing in: passwords, second factors, sessions and their limits, budgets of guesses, and the issuers of participants.

Views of other modules need three things of it: `acting_in(request)` opens the transaction in which the reader acts,
`@reauthenticated` asks once more who it is before an act that weighs, and `waives_second_factor()` says that this is a demonstration.
"""

from lontar.members.signing_in.again import reauthenticated
from lontar.members.signing_in.asking import acting_in, choose_participant, reader_of, waives_second_factor

__all__ = ["acting_in", "choose_participant", "reader_of", "reauthenticated", "waives_second_factor"]
