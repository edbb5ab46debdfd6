"""What the pages call the steps of a submission, what is being done with it, and what was done."""

from django.utils.translation import gettext_lazy as _

STEPS = {
    "draft": _("Draft"),
    "checked": _("Checked"),
    "accepted": _("Accepted"),
    "superseded": _("Superseded"),
    "withdrawn": _("Withdrawn"),
}
WHATS = {
    "nil": _("There was none"),
    "not_collected": _("It is not collected"),
    "not_applicable": _("It does not apply here"),
    "withheld": _("It is withheld"),
    "awaited": _("It is still awaited"),
}
"""What is said without a file."""
STAGES = {
    "": _("Waits for its turn"),
    "reading": _("The file is read"),
    "understanding": _("Codes and figures are understood"),
    "writing": _("Figures are written"),
    "accepting": _("Figures are taken in"),
    "accounting": _("Every cell is accounted for"),
}
EVENTS = {
    "begun": _("Sent by"),
    "stated": _("Said by"),
    "mapped": _("Said to be another table by"),
    "harmonise_done": _("Harmonised for"),
    "harmonise_refused": _("Could not be harmonised for"),
    "harmonise_cancelled": _("Stopped by"),
    "harmonise_failed": _("Failed for"),
    "repaired": _("Repaired by"),
    "chosen": _("Chosen between two repairs by"),
    "undone": _("A repair taken back by"),
    "signed": _("Signed by"),
    "accepted": _("Accepted for"),
    "withdrawn": _("Withdrawn by"),
    "accept_refused": _("Could not be accepted for"),
    "accept_failed": _("Failed for"),
    "accept_cancelled": _("Stopped by"),
}
