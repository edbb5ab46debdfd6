"""What the pages call the facts of things. Marks are words of TLP 2.0, and are the same in every language."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "figures": _("Figures"),
    "personal_file": _("A file on one person"),
    "other": _("Something other than figures"),
}
CLASSES = {
    "asylum": _("Asylum"),
    "victim": _("Victims"),
    "returnee": _("Returnees"),
    "rescue": _("Rescue"),
}
"""The protection classes."""
