"""A mapping with what a sender has added to it: nothing in the catalogue changes."""

import hashlib

import msgspec

from lontar.model.errors import CatalogueProblem
from lontar.model.mapping import Additions, Crosswalk, CrosswalkLine, MappingBundle, Repair


def with_additions(bundle: MappingBundle, additions: Additions) -> MappingBundle:
    """The mapping as this sender uses it; its version covers what was added. Adding the same twice is adding it once.

    A line takes the place of the one with the same text, a repair that of an earlier one of the same cell. Raises
    CatalogueProblem where a line says nothing, or is for a crosswalk that the mapping does not have.
    """
    lines = {
        name: tuple(_checked(line, name, bundle) for line in added)
        for name, added in additions.crosswalks.items()
    }
    whole = Additions(
        crosswalks=_joined_lines(bundle.additions.crosswalks, lines),
        repairs=_joined_repairs((*bundle.additions.repairs, *additions.repairs)),
    )
    if whole == bundle.additions:
        return bundle
    version = bundle.catalogue_version or bundle.version
    crosswalks = {
        name: _with_lines(crosswalk, whole.crosswalks.get(name, ()))
        for name, crosswalk in bundle.crosswalks.items()
    }
    return msgspec.structs.replace(
        bundle, crosswalks=crosswalks, additions=whole, catalogue_version=version, version=_version(version, whole)
    )  # fmt: skip


def _checked(line: CrosswalkLine, name: str, bundle: MappingBundle) -> CrosswalkLine:
    """The line as a crosswalk holds it."""
    if name not in bundle.crosswalks:
        known = ", ".join(sorted(bundle.crosswalks)) or "none"
        message = f"the mapping {bundle.mapping.id} has no crosswalk '{name}'."
        raise CatalogueProblem("CAT-006", name, message, f"It has: {known}.")
    place, allowed = f"{name}: '{line.source}'", {*bundle.crosswalks[name].targets, "to"}
    codes = {target: code.strip() for target, code in line.to.items() if code.strip()}
    if bool(codes) == bool(line.ignore.strip()):
        message = "a line says either what a code becomes, or why it is ignored."
        raise CatalogueProblem("CAT-054", place, message, "Fill one of the two.")
    if not codes.keys() <= allowed:
        message = f"the crosswalk does not fill {', '.join(sorted(codes.keys() - allowed))}."
        raise CatalogueProblem("CAT-054", place, message, f"It fills {', '.join(sorted(allowed))}.")
    if line.match != "exact" and not line.note.strip():
        message = f"the match is {line.match}, which needs a note."
        raise CatalogueProblem("CAT-055", place, message, "Say what differs.")
    return msgspec.structs.replace(line, source=" ".join(line.source.split()), to=codes, line=0)


def _joined_lines(
    before: dict[str, tuple[CrosswalkLine, ...]], added: dict[str, tuple[CrosswalkLine, ...]]
) -> dict[str, tuple[CrosswalkLine, ...]]:
    """The lines of both, by crosswalk and text; of two for one text the later."""
    joined = {}
    for name in sorted({*before, *added}):
        lines = {line.source: line for line in (*before.get(name, ()), *added.get(name, ()))}
        if lines:
            joined[name] = tuple(lines[source] for source in sorted(lines))
    return joined


def _joined_repairs(repairs: tuple[Repair, ...]) -> tuple[Repair, ...]:
    by_place = {repair.place: repair for repair in repairs}
    return tuple(by_place[place] for place in sorted(by_place))


def _with_lines(crosswalk: Crosswalk, added: tuple[CrosswalkLine, ...]) -> Crosswalk:
    """The crosswalk with these lines in the place of its own; those for other texts come last."""
    new = {line.source: line for line in added}
    own = [line for line in crosswalk.lines if line.line or line.source not in new]
    kept = [
        msgspec.structs.replace(new.pop(line.source), line=line.line) if line.source in new else line
        for line in own
    ]
    return msgspec.structs.replace(crosswalk, lines=(*kept, *new.values()))


def _version(version: str, additions: Additions) -> str:
    told = msgspec.json.encode(additions, order="deterministic")
    return hashlib.sha256(version.encode() + b"\0" + told).hexdigest()[:16]
