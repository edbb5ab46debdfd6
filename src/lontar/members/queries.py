"""What is read of those who take part."""

from __future__ import annotations

from lontar.members.acting import Acting
from lontar.model.policy.facts import Contribution, Span, Viewer


def seats(acting: Acting, about: Span) -> tuple[list[Viewer], bool]:
    """Give the participants as the viewer may know them for a preview, and whether others gave that did not agree to be named.

    A participant that gave, and agreed to be named, has its contribution to `about`. Empty for whoever may not write.
    """
    acting.cursor.execute("select * from seats(%s, %s, %s)", (about.topic, about.start, about.end))
    found, others = [], False
    for participant, kind, standing, states, gave, others_gave in acting.cursor.fetchall():
        others = others_gave
        found.append(
            Viewer(
                participant=participant, kind=kind, standing=standing, person="someone", allegiance=frozenset(states),
                contributed=(Contribution(topic=about.topic, start=about.start, end=about.end),) if gave else (),
            )
        )  # fmt: skip
    return found, others
