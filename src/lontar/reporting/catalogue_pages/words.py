"""What the pages of the catalogue call the parts of indicators and mappings."""

from django.utils.translation import gettext_lazy as _

PARTS = {
    "indicator": _("Indicator"),
    "unit": _("Unit"),
    "stage": _("Stage"),
    "reporter": _("Reporter"),
    "source_kind": _("Kind of source"),
    "area": _("Area"),
    "status": _("Status of the figure"),
    "event": _("Number of the event"),
    "citizenship": _("Citizenship"),
    "habitual_residence": _("Habitual residence"),
    "sex": _("Sex"),
    "age": _("Age"),
    "accompanied": _("Accompanied or not"),
    "mode": _("Mode of movement"),
    "place": _("Place within the area"),
    "position": _("Coarse position"),
    "route": _("Route"),
    "border_place": _("Where at the border"),
    "method": _("Method of entry"),
    "departure": _("Area of departure"),
    "destination": _("Area of destination"),
    "repatriated_from": _("Area brought back from"),
    "type": _("What became of the crossing"),
    "rescued": _("Rescued or not"),
    "detected_where": _("Where the stay was found"),
    "reason": _("Reason of the refusal"),
    "role": _("Role of the smuggler"),
    "document_type": _("Type of document"),
    "issuer": _("Issuing authority"),
    "fraud": _("Kind of document fraud"),
    "segment": _("Part of the journey"),
    "payment": _("How the fee was paid"),
    "statistic": _("Lowest, median or highest"),
    "fee_source": _("Source of the figure"),
    "sample_size": _("Number of cases behind the figure"),
    "cause": _("Cause of death or of going missing"),
    "exploitation": _("Form of exploitation"),
    "offence": _("Offence"),
    "outcome": _("Outcome of the decision"),
    "facility": _("Facility of reception"),
}
"""Fields and dimensions of figures."""
ROLES = {
    "figure": _("Figures"),
    "total": _("Totals, compared with the sum of their parts and not used"),
    "ignore": _("Passed over"),
    "personal": _("Personal: dropped before anything else is read"),
    "used": _("Read for periods, conditions or checks alone"),
}
"""What a column is that fills no field and no dimension."""
MATCHES = {
    "exact": _("Exact"),
    "narrower": _("Narrower"),
    "broader": _("Broader"),
    "partial": _("Partial"),
}
MEANINGS = {
    "exact": _("The two mean the same."),
    "narrower": _("The national text means less than the code."),
    "broader": _(
        "The national text means more than each of the codes; their nearest common parent is given."
    ),
    "partial": _("The two overlap; neither holds the other."),
}
"""What each match means."""
ASYLUM = {
    "yes": _("Linked to asylum"),
    "mixed": _("Linked to asylum in part"),
    "no": _("Not linked to asylum"),
}
SEVERITIES = {
    "refused": _("A figure that does not meet it is refused."),
    "warning": _("A figure that does not meet it is used, with a warning."),
}
"""What becomes of a figure that does not meet a check."""
ACTIONS = {
    "replace": _("Replaced by"),
    "refuse": _("Refused"),
    "ignore": _("Passed over"),
}
"""What becomes of a cell that is known to be wrong."""
CORRECTIONS = {
    "open": _("The source was not told yet"),
    "reported": _("The source was told"),
    "mended": _("The source has mended it"),
}
"""How far a known error came."""
CHOICES = {
    "inexact": _("All that are not exact"),
    "ignored": _("Not used"),
}
"""By what lines of a crosswalk can be chosen besides their match."""


def part(name: str) -> str:
    """Give what the pages call a field or a dimension; the name itself where it has no other."""
    return str(PARTS.get(name, name))
