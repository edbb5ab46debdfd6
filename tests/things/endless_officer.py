"""An officer who registers and recalls things without end: `python -m tests.things.endless_officer DATABASE PERSON AGENCY SEED DONE`.

After each act that the database acknowledged, a line goes to the file DONE. Broken connections are tried again with the same identity.
"""

import os
import sys
import time
import uuid
from pathlib import Path
from random import Random

import django
from django.db import connection
from django.db.utils import InterfaceError, OperationalError

from tests.things.worlds import NOW


def main(database: str, person: str, agency: str, seed: str, done: str) -> None:
    """Go on until killed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "lontar.web.settings"
    django.setup()
    connection.settings_dict["NAME"] = database

    from lontar.members.acting import acting
    from lontar.model.policy.facts import Thing
    from lontar.things.actions import recall, register_thing

    rng = Random(seed)
    facts = Thing(
        owner="XA",
        agency=agency,
        topic="returns",
        start="2025-01-01",
        end="2025-03-31",
        mark="AMBER",
        owner_group=frozenset({"XA"}),
    )
    with Path(done).open("a", buffering=1) as told:
        while True:
            thing = uuid.UUID(int=rng.getrandbits(128))
            verbs = ("registered", "recalled") if rng.random() < 0.5 else ("registered",)
            for verb in verbs:
                while True:
                    try:
                        with acting(person, "XA", NOW) as act:
                            if verb == "registered":
                                register_thing(act, facts, thing)
                            else:
                                recall(act, thing, "counted wrongly")
                        break
                    except (OperationalError, InterfaceError):
                        connection.close()
                        time.sleep(0.05)
                told.write(f"{verb} {thing}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
