"""How terms may change: what is taken together keeps every protection, and nothing falls unseen."""

from __future__ import annotations

import msgspec

from lontar.model.policy.facts import GRAINS, MARKS, Thing, Use


def fallen(before: Thing, after: Thing) -> tuple[str, ...]:
    """Give what protects less afterwards, in words; empty where nothing does.

    Only the owner's signed act, with a second person, may let anything fall. Where nothing did, and no list grew, nobody reads more than
    before (proved as I6). Two marks are not simply higher or lower: GREEN is read by those who gave, which CLEAR before it is
    published is not; RED is read by the people named, wherever they are.
    """
    told = (
        (MARKS.index(after.mark) < MARKS.index(before.mark), "the mark"),
        (not before.classes <= after.classes, "the protection classes"),
        (not before.origin <= after.origin, "the origin"),
        (before.origin_open and not after.origin_open, "that the origin is open"),
        (GRAINS.index(after.use.finest) > GRAINS.index(before.use.finest), "how fine others may read"),
        (after.use.export and not before.use.export, "that others may not take it away"),
        (after.use.regional_totals and not before.use.regional_totals, "that it enters no regional total"),
        (before.use.no_onward and not after.use.no_onward, "that it is not passed on"),
        (before.use.no_ranking and not after.use.no_ranking, "that nobody is ranked by it"),
        (before.is_list_only and not after.is_list_only, "that it keeps to its list"),
        (after.not_before < before.not_before, "the embargo"),
        (after.expires > before.expires, "the day on which it ends"),
        (before.kind == "personal_file" != after.kind, "that it is a personal file"),
        (before.recalled and not after.recalled, "the recall"),
        (after.published and not before.published, "that it is not published"),
        (after.sent_to_office and not before.sent_to_office, "that it is not sent to the office"),
        (after.in_edition and not before.in_edition, "that no edition counts it"),
        (
            before.mark == "CLEAR" and after.mark == "GREEN" and not after.is_list_only,
            "that nobody reads it for having given",
        ),
        (before.mark != "RED" == after.mark and bool(after.named), "that nobody reads it for being named"),
    )
    return tuple(word for falls, word in told if falls)


def together(first: Thing, second: Thing) -> Thing:
    """Give the terms of what is made of two things of one agency and topic: the higher mark, every class, every origin, the narrower use.

    Of GREEN and CLEAR that is AMBER, which neither those who gave nor the public read. RED together with what is not RED names nobody.

    Raises ValueError for things of two agencies or topics, which nothing may put together but a release or a floor.
    """
    if (first.owner, first.agency, first.topic) != (second.owner, second.agency, second.topic):
        raise ValueError("things of two agencies or topics are not put together")
    return msgspec.structs.replace(
        first,
        start=min(first.start, second.start),
        end=max(first.end, second.end),
        mark="AMBER"
        if {first.mark, second.mark} == {"CLEAR", "GREEN"}
        else max(first.mark, second.mark, key=MARKS.index),
        kind="personal_file" if "personal_file" in {first.kind, second.kind} else first.kind,
        shared_with=first.shared_with & second.shared_with,
        named=first.named & second.named if first.mark == second.mark else frozenset(),
        list_only=first.is_list_only or second.is_list_only,
        use=_narrower(first.use, second.use),
        sent_to_office=first.sent_to_office and second.sent_to_office,
        in_edition=first.in_edition and second.in_edition,
        not_before=max(first.not_before, second.not_before),
        expires=min(first.expires, second.expires),
        recalled=first.recalled or second.recalled,
        published=first.published and second.published,
        classes=first.classes | second.classes,
        origin=first.origin | second.origin,
        origin_open=first.origin_open or second.origin_open,
    )


def _narrower(first: Use, second: Use) -> Use:
    return Use(
        finest=min(first.finest, second.finest, key=GRAINS.index),
        export=first.export and second.export,
        regional_totals=first.regional_totals and second.regional_totals,
        no_onward=first.no_onward or second.no_onward,
        no_ranking=first.no_ranking or second.no_ranking,
    )
