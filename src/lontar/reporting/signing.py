"""Signing off: a focal point signs what was understood, under terms; a worker then has the figures accepted, in the signer's name."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

import msgspec
import pyarrow.parquet as pq
from django.conf import settings

from lontar.catalogue import open_catalogue
from lontar.members.acting import Acting, acting, call
from lontar.members.signing_in import waives_second_factor
from lontar.model.errors import Refused
from lontar.reporting import queries
from lontar.reporting.actions import refusals
from lontar.reporting.desk import Desk
from lontar.reporting.jobs import Job
from lontar.reporting.queries import TakenPlace
from lontar.reporting.statements import SERIES, says_none
from lontar.warehouse.accepting import Kind, Submission, Terms, accept_observations
from lontar.warehouse.entering import Ids
from lontar.warehouse.knowing import known_by
from lontar.warehouse.opening import open_store


class Signed(msgspec.Struct, frozen=True):
    """What was signed: the digest of all that was understood, the terms as JSON, and why it takes the place of earlier figures."""

    digest: str
    terms: str
    reason: str


def digest_of(told: queries.Submission) -> bytes:
    """Give the hash over all that is signed: the table, the files that were sent, and the figures that they became."""
    parts = sorted(
        (one.kind, one.name, one.sha256) for one in told.papers if one.kind in {"raw", "observations"}
    )
    return sha256(msgspec.json.encode([told.mapping, parts])).digest()


def sign_submission(acting: Acting, told: queries.Submission, terms: Terms, reason: str) -> None:
    """Sign a submission as a focal point. Raises Refused for whoever is none, and where it was signed or changed meanwhile."""
    factor = "waived" if waives_second_factor() else "shown"
    values = (uuid4(), told.id, digest_of(told), msgspec.json.encode(terms).decode(), reason, factor)
    call(acting, "sign_submission(%s, %s, %s, %s, %s, %s)", *values, refusals=refusals())


def kind_of(earlier: TakenPlace) -> Kind:
    """Say what a submission is to those of the same table that were accepted before."""
    if earlier.met:
        return "correction"
    return "further" if earlier.any else "first"


def accept_signed(job: Job, desk: Desk, clock: Callable[[], datetime]) -> list[UUID]:
    """Have the warehouse accept what was signed, whole or not at all; gives the papers that need not be kept.

    Raises Refused where it is not what was signed, or the signer may not sign it; Unavailable where the store cannot be written.
    """
    catalogue, now = open_catalogue(), clock()
    with acting(job.person, job.participant, now) as act:
        told = queries.submission(act, job.submission)
        signed = msgspec.json.decode(call(act, "signed_words(%s)::text", job.id), type=Signed)
        if signed.digest != digest_of(told).hex():
            raise Refused(
                "REP-012",
                "",
                "it is not any more what was signed.",
                "Look at it as it is now, and sign again.",
            )
        key = queries.key_of(desk, told)
        tables = {
            one.name: pq.read_table(io.BytesIO(desk.whole(one.id, key)))
            for one in told.of_kind("observations")
        }
        kind = kind_of(queries.taken_place_of(act, job.submission))
        if kind == "correction" and not signed.reason.strip():
            raise Refused(
                "REP-013",
                "",
                "figures of these days were accepted already.",
                "Say why these take their place.",
            )
        submission = Submission(
            agency=told.agency, series=told.mapping, kind=kind, reason=signed.reason if kind == "correction" else "",
            files={one.name: one.sha256 for one in told.of_kind("raw")},
        )  # fmt: skip
        done = accept_observations(
            act, open_store(settings.HOME), submission, tables, msgspec.json.decode(signed.terms, type=Terms),  # type: ignore[misc]
            known_by(catalogue, now.date()), Ids(uuid4, secrets.token_bytes),
        )  # fmt: skip
        is_none = told.mapping.startswith(SERIES) and says_none(tables.values())
        papers = call(act, "keep_accepted(%s, %s, %s)::text", job.id, done.id, is_none)
    return msgspec.json.decode(papers, type=list[UUID])
