"""What sharing costs: decisions, previews, proofs, row-level security, the journal. `python -m benchmarks.sharing [--write]`."""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.machine import tell_page
from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_allegiances, read_rules
from lontar.cli.expecting import expected_and_decided
from lontar.instance.cluster import OWNER, WEB, Cluster
from lontar.instance.home import Home
from lontar.journal import verifier
from lontar.journal.keys import Signer
from lontar.journal.lines import START, commitment, entry_line, head_statement, moment
from lontar.journal.verifying import Export
from lontar.journal.writing import write_entry
from lontar.members.context import set_viewer
from lontar.model.policy.facts import Contribution, Thing, Viewer
from lontar.sharing.deciding import Policy
from lontar.sharing.previews import preview
from lontar.sharing.proving.prove import prove

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks-sharing.md"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
THINGS = 100_000
_HEAD = """# Benchmarks of sharing

What `python -m benchmarks.sharing` measured, on one machine and in one run of it. Machines differ and are shared: read the ratios first.
"""


class Row(NamedTuple):
    """One line of a table: what was measured, the figure, and what is asked of it."""

    what: str
    measured: str
    asked: str


def median(work: Callable[[], object], runs: int = 15) -> float:
    """Median seconds of one call."""
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def deciding() -> Iterator[Row]:
    """Decisions over every expected case, previews, proofs; on one core."""
    catalogue = open_catalogue()
    rules = read_rules(catalogue.root)
    policy, questions = Policy(rules), [case.question for case in expected_and_decided()]
    seconds = median(lambda: [policy.decide(question) for question in questions * 20])
    yield Row(
        f"decisions a second ({len(questions)} expected cases in turn)",
        f"{len(questions) * 20 / seconds:,.0f}",
        "50,000",
    )
    allegiances = read_allegiances(catalogue)
    year = Contribution(topic="returns", start="2025-01-01", end="2025-12-31")
    seats = [
        Viewer(
            participant=one.id, kind=one.kind, standing=one.standing, person="someone", contributed=(year,) * 10,
            allegiance=allegiances.of(one.area or one.id),
        )
        for one in (*catalogue.participants(), *catalogue.participants())
    ][:60]  # fmt: skip
    thing = Thing(
        owner="XA", agency="xa.office", topic="returns", start="2025-01-01", end="2025-03-31", mark="GREEN"
    )
    yield Row(
        "a preview over 60 participants and 5 roles each, ms",
        f"{1000 * median(lambda: preview(policy, thing, seats, False, NOW)):.1f}",
        "under 50",
    )
    claims = list(prove(rules))
    yield Row(
        f"all {len(claims)} proofs, seconds", f"{median(lambda: list(prove(rules)), 5):.2f}", "under 10"
    )


_FILL = """
insert into members_participant (id, kind, standing, states, named)
  select 'P' || n, 'State', 'member', array['P' || n], false from generate_series(1, 45) n;
insert into members_agency (id, participant_id, name, functions)
  select ('00000000-0000-0000-0000-' || lpad((n * 10 + a)::text, 12, '0'))::uuid, 'P' || n, '', array['statistics']
    from generate_series(1, 45) n, generate_series(1, 4) a;
insert into members_person (id, password, email, name, is_suspended)
  values ('{person}', '', 'one', '', false);
insert into members_appointment (id, since, certified, person_id, participant_id, role)
  values (gen_random_uuid(), '2020-01-01', '2026-03-01', '{person}', 'P1', 'data_officer');
insert into members_secondment (id, since, person_id, participant_id, states)
  values (gen_random_uuid(), '2020-01-01', '{person}', 'P1', '{{}}');
insert into members_contribution (id, participant, topic, period_start, period_end, nil, signed, since, until)
  select gen_random_uuid(), 'P1', 't' || n, '2024-01-01', '2024-12-31', false, '2025-01-01', '2025-01-01', '9999-12-31'
    from generate_series(1, 8) n;
insert into things_span (owner, topic, period_start, period_end)
  select 'P' || (t * 3 + extract(month from m)::int) % 45 + 1, 't' || t, m::date, (m + interval '1 month - 1 day')::date
    from generate_series(1, 15) t, generate_series('2021-01-01'::timestamp, '2025-12-01'::timestamp, '1 month') m;
insert into things_terms (owner, agency, mark, kind, owner_group, shared_with, named, list_only, finest, may_be_exported,
    regional_totals, no_onward, no_ranking, sent_to_office, in_edition, not_before, expires, recalled, published, classes,
    origin, origin_open)
  select 'P' || n, '00000000-0000-0000-0000-' || lpad((n * 10 + a)::text, 12, '0'),
    (array['CLEAR', 'GREEN', 'GREEN', 'AMBER', 'AMBER+STRICT'])[v % 5 + 1], 'figures', array['P' || n],
    case when v % 3 = 0 then array['P' || (n % 45 + 1), 'P' || ((n + 7) % 45 + 1)] else '{{}}' end, '{{}}', v % 3 = 0,
    'figure', true, true, false, false, true, v % 2 = 0, '0001-01-01',
    '9999-12-31'::timestamptz - v * interval '1 hour', v % 17 = 16, v % 5 = 0,
    case when v % 7 = 6 then array['asylum'] else '{{}}' end,
    case when v % 7 = 6 then array['P' || ((n + v) % 45 + 1)] else '{{}}' end, false
    from generate_series(1, 45) n, generate_series(1, 4) a, generate_series(1, {variants}) v
    where v % 7 <> 6 or (n + v) % 45 + 1 <> n;
insert into things_thing (id, terms, span)
  select gen_random_uuid(), (i * 7919) % (select count(*) from things_terms), (i * 104729) % (select count(*) from things_span)
    from generate_series(1, {things}::bigint) i;
"""


@contextmanager
def instance(variants: int) -> Iterator[tuple[Cluster, str]]:
    """An instance with 100,000 things of 45 participants, so many kinds of terms for each agency; and the key of its context."""
    with tempfile.TemporaryDirectory() as folder:
        lontar = Path(sys.executable).with_name("lontar")
        subprocess.run(
            [lontar, "create", "--kind", "demo"],
            env={**os.environ, "LONTAR_HOME": f"{folder}/home"},
            check=True,
            capture_output=True,
        )
        home = Home(Path(folder) / "home")
        cluster = Cluster(home)
        with cluster.running():
            with cluster.access(OWNER).connect(autocommit=True) as owner:
                owner.execute(_FILL.format(variants=variants, things=THINGS, person=PERSON).encode())
                owner.execute("vacuum analyze")
            yield cluster, home.secret("context")


PERSON = str(uuid.UUID(int=1))


_FLAT = """
create table flat as
  select g.id, s.topic, s.period_start, s.period_end, t.*
    from (select id, terms, span from things_thing) g join things_span s on s.id = g.span
    join (select id as number, owner, agency, mark, kind, owner_group, shared_with, named, list_only, finest, may_be_exported,
                 regional_totals, no_onward, no_ranking, sent_to_office, in_edition, not_before, expires, recalled, published,
                 classes, origin, origin_open from things_terms) t on t.number = g.terms;
"""
"""The same things as they would be without terms: every fact in every row."""


def row_security(variants: int) -> Iterator[Row]:
    """A count of 100,000 things with the policy; without any, of the same rows and of rows that hold their facts themselves."""
    with (
        instance(variants) as (cluster, key),
        cluster.access(OWNER).connect(autocommit=True) as owner,
        cluster.access(WEB).connect() as web,
    ):
        owner.execute(_FLAT)
        owner.execute("vacuum analyze flat")
        terms = owner.execute("select count(*) from things_terms").fetchone()
        set_viewer(web.cursor(), key, person=PERSON, participant="P1", grain="figure", export=False, now=NOW)
        seen = web.execute("select count(*) from things_thing").fetchone()
        assert terms
        assert seen
        within = median(lambda: web.execute("select count(*) from things_thing").fetchone())
        flat = median(lambda: owner.execute("select count(*) from flat").fetchone())
        without = median(lambda: owner.execute("select count(*) from things_thing").fetchone())
        filtered = median(
            lambda: owner.execute("select count(*) from things_thing where terms >= 0").fetchone()
        )
        what = f"a count of 100,000 things under {terms[0]:,} terms, {seen[0]:,} of them visible: ms with the policy"
        yield Row(
            f"{what}; without any, of rows that hold their facts themselves; ratio",
            f"{within * 1000:.1f}; {flat * 1000:.1f}; {within / flat:.2f}", "at most 2 times",
        )  # fmt: skip
        yield Row(
            f"{what}; without any, of the same narrow rows, and with a filter that lets all through; ratios",
            f"{within * 1000:.1f}; {without * 1000:.1f}, {filtered * 1000:.1f}; {within / without:.2f}, {within / filtered:.2f}", "",
        )  # fmt: skip


def journal() -> Iterator[Row]:
    """Entries a second, and what they cost a page that is read meanwhile."""
    with instance(5) as (cluster, key):
        alone = page_seconds(cluster, key)
        stop, counts = threading.Event(), []
        writers = [
            threading.Thread(target=keep_writing, args=(cluster, number, stop, counts)) for number in range(2)
        ]
        for one in writers:
            one.start()
        began = time.perf_counter()
        beside = page_seconds(cluster, key)
        stop.set()
        for one in writers:
            one.join()
        yield Row(
            "entries a second, ten a transaction, while a page is read again and again",
            f"{sum(counts) / (time.perf_counter() - began):,.0f}",
            "1,000",
        )
        yield Row(
            "a page's transaction, ms: alone, beside those entries, difference",
            f"{alone * 1000:.1f}, {beside * 1000:.1f}, {(beside - alone) * 1000:.1f}",
            "at most 3 more",
        )


def page_seconds(cluster: Cluster, key: str) -> float:
    """A page: say who asks, list what is visible, and read one thing, which is journalled."""
    with cluster.access(WEB).connect(autocommit=True) as web:

        def page() -> None:
            with web.transaction(), web.cursor() as cursor:
                set_viewer(
                    cursor, key, person=PERSON, participant="P1", grain="figure", export=False, now=NOW
                )
                cursor.execute("select id from things_thing limit 50")
                own = cursor.fetchall()[0][0]
                cursor.execute("select read_thing(%s)", (own,))

        return median(page, 101)


def keep_writing(cluster: Cluster, number: int, stop: threading.Event, counts: list[int]) -> None:
    """Write entries into many chains, the page's own among them, at up to 600 a second."""
    written, began = 0, time.perf_counter()
    with cluster.access(OWNER).connect(autocommit=True) as web:
        while not stop.is_set():
            with web.transaction(), web.cursor() as cursor:
                for _ in range(10):
                    write_entry(cursor, f"P{written % 45 + 1}", "sent", NOW, by=str(number))
                    written += 1
            time.sleep(max(0.0, written / 600 - (time.perf_counter() - began)))
    counts.append(written)


def verifying() -> Iterator[Row]:
    """An export of a million entries, verified by both verifiers; and a half of it, which must take half as long."""
    signer = Signer("11" * 32)
    with tempfile.TemporaryDirectory() as folder:
        for count in (500_000, 1_000_000):
            path = Path(folder) / f"{count}.jsonl"
            write_export(path, count, signer)
            began = time.perf_counter()
            subprocess.run(
                [sys.executable, "-I", str(verifier.__file__), path, signer.public],
                check=True,
                capture_output=True,
            )
            alone = time.perf_counter() - began
            began = time.perf_counter()
            with path.open("rb") as file:
                assert Export(file, signer.public).found == []
            own = time.perf_counter() - began
            yield Row(
                f"verifying {count:,} entries, seconds: stand-alone verifier, lontar",
                f"{alone:.1f}, {own:.1f}",
                "a million under 30, linear",
            )


def write_export(path: Path, count: int, signer: Signer) -> None:
    """A made-up export of one chain."""
    before, lines = START, []
    for place in range(1, count + 1):
        salt, body = sha256(str(place).encode()).digest(), f'{{"act":"sent","thing":"{place}"}}'
        committed = commitment(salt, body)
        before = sha256(entry_line("XA", place, moment(NOW), committed, before)).digest()
        lines.append(
            {
                "place": place,
                "at": moment(NOW),
                "commitment": committed.hex(),
                "hash": before.hex(),
                "salt": salt.hex(),
                "body": body,
            }
        )
    statement = head_statement("made up", "XA", count, before, moment(NOW))
    head = {
        "format": "lontar journal 1",
        "public_key": signer.public,
        "statement": statement,
        "signature": signer.sign(statement).hex(),
    }
    with path.open("wb") as file:
        file.writelines(msgspec.json.encode(line) + b"\n" for line in (head, *lines))


def main() -> int:
    """Measure, print, and write the page if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sharing", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/reference/benchmarks-sharing.md too")
    asked = parser.parse_args()
    rows = [*deciding(), *row_security(5), *row_security(25), *journal(), *verifying()]
    lines = [
        "| Measured | | Asked |",
        "|---|---|---|",
        *(f"| {row.what} | {row.measured} | {row.asked} |" for row in rows),
    ]
    return tell_page(PAGE, _HEAD, lines, write=asked.write)


if __name__ == "__main__":
    sys.exit(main())
