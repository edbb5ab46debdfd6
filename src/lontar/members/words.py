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
ASKED = {
    "appoint": _("Give a role"),
    "join": _("Join an agency"),
    "leave": _("Leave an agency"),
    "declare": _("Declare a secondment"),
    "resume": _("Let act again"),
    "reset": _("End the second factor"),
}
"""What is asked for (`what` of a request)."""
