"""What the pages call the roles that people have, and the acts that a second person agrees to."""

from django.utils.translation import gettext_lazy as _

ROLES = {
    "administrator": _("Administrator"),
    "analyst": _("Analyst"),
    "auditor": _("Auditor"),
    "case_worker": _("Case worker"),
    "data_officer": _("Data officer"),
    "focal_point": _("Focal point"),
    "host_operator": _("Host operator"),
    "liaison_officer": _("Liaison officer"),
    "reviewer": _("Reviewer"),
}
FUNCTIONS = {
    "coordination": _("Coordination"),
    "enforcement": _("Enforcement"),
    "justice": _("Justice"),
    "policy": _("Policy"),
    "protection": _("Protection"),
    "statistics": _("Statistics"),
}
"""What agencies do."""
ASKED = {
    "appoint": _("Give a role"),
    "join": _("Join an agency"),
    "leave": _("Leave an agency"),
    "declare": _("Declare a secondment"),
    "resume": _("Let act again"),
    "reset": _("End the second factor"),
}
"""What is asked for (`what` of a grant)."""
OUTCOMES = {
    "": _("waits"),
    "agreed": _("agreed"),
    "waived": _("no second person needed"),
    "declined": _("declined"),
}
"""What came of what was asked."""
SENT = {
    "nobody": _("No other State sent the person"),
    "states": _("Another State sent the person"),
    "unknown": _("Not known yet: the person is then kept from what is kept from any State"),
}
"""Who sent a person."""
GRAINS = {
    "total": _("Totals"),
    "figure": _("Figures"),
    "trace": _("Figures and where they come from"),
}
