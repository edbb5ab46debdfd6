"""A focal point who sends and purges without end: `python -m tests.warehouse.endless_sender DATABASE PERSON AGENCY SEED FOLDER DONE`.

After each act that the database acknowledged, a line goes to the file DONE.
"""

import os
import sys
import uuid
from datetime import timedelta
from pathlib import Path
from random import Random

import django
from django.db import connection

from tests.things.worlds import NOW
from tests.warehouse.scenes import dimensions_of, observations, parcels_of


def main(database: str, person: str, agency: str, seed: str, folder: str, done: str) -> None:
    """Go on until killed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "lontar.web.settings"
    django.setup()
    connection.settings_dict["NAME"] = database

    from lontar.members.acting import acting
    from lontar.warehouse.accepting import Submission, Terms, accept
    from lontar.warehouse.entering import Ids
    from lontar.warehouse.store.keeping import Store
    from lontar.warehouse.store.volumes import VolumeFolder
    from lontar.warehouse.withdrawing import purge

    rng, now = Random(seed), NOW + timedelta(hours=int(seed))
    store, ids = (
        Store(VolumeFolder(Path(folder)), bytes(32)),
        Ids(lambda: uuid.UUID(int=rng.getrandbits(128), version=4), rng.randbytes),
    )
    sent: list[uuid.UUID] = []
    with Path(done).open("a", buffering=1) as told:
        while True:
            now += timedelta(seconds=1)
            rows = [{"period": f"2025-{month:02d}", "value": rng.randrange(1000)} for month in range(1, 13)]
            parcels = parcels_of(observations("irregular_entries", rows))
            parcels += parcels_of(
                observations("irregular_entries", rows[:1]), classes=["asylum"], origin=["XB"]
            )
            with acting(person, "XA", now) as act:
                made = accept(
                    act,
                    store,
                    Submission(agency=agency, series="xa/monthly"),
                    parcels,
                    Terms(mark="GREEN"),
                    [],
                    dimensions_of,
                    ids,
                )
            told.write(f"accepted {made.id}\n")
            sent.append(made.id)
            if rng.random() < 0.4:
                gone = sent.pop(rng.randrange(len(sent)))
                with acting(person, "XA", now) as act:
                    purge(act, store, gone, "tried", ids)
                told.write(f"purged {gone}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
