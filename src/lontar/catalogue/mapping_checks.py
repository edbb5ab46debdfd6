"""What is wrong with a mapping before any file is read: names that exist nowhere, codes that no list holds, contradictions."""

from __future__ import annotations

from pathlib import Path

from lontar.catalogue.check_mapping_columns import column_complaints
from lontar.catalogue.check_mapping_crosswalks import crosswalk_complaints
from lontar.catalogue.check_mapping_layout import layout_complaints
from lontar.catalogue.check_mapping_rules import rule_complaints
from lontar.catalogue.loader import Catalogue
from lontar.catalogue.mapping_names import COMPLAINT, Complaint, MappingNames
from lontar.catalogue.mappings import mapping_ids, mapping_path, open_mapping
from lontar.catalogue.yaml_text import line_of
from lontar.model.errors import CatalogueProblem
from lontar.model.mapping import MappingBundle


def check_mappings(catalogue: Catalogue) -> list[CatalogueProblem]:
    """Give everything that is wrong with the mappings of a catalogue."""
    found: list[CatalogueProblem] = []
    for mapping_id in mapping_ids(catalogue):
        path = mapping_path(catalogue, mapping_id)
        try:
            bundle = open_mapping(catalogue, mapping_id)
        except CatalogueProblem as problem:
            found.append(problem)
            continue
        found += check_mapping(bundle, catalogue, path)
        if bundle.mapping.id != mapping_id:
            told = Complaint(f"its id is '{bundle.mapping.id}'.", f"Call it '{mapping_id}'.", ("id",))
            found.append(_problem(told, path, catalogue.root))
    return found


def open_checked_mapping(catalogue: Catalogue, id_or_path: str) -> MappingBundle:
    """Load a mapping with all that it speaks of. Raises CatalogueProblem with everything that is wrong with it."""
    bundle = open_mapping(catalogue, id_or_path)
    found = check_mapping(bundle, catalogue, mapping_path(catalogue, id_or_path))
    if not found:
        return bundle
    found[0].others = tuple(found[1:])
    raise found[0]


def check_mapping(bundle: MappingBundle, catalogue: Catalogue, path: Path) -> list[CatalogueProblem]:
    """Give everything that is wrong with one mapping; `path` is for messages."""
    names = MappingNames(bundle, catalogue)
    complaints = [*layout_complaints(names), *column_complaints(names)]
    complaints += [*rule_complaints(names), *crosswalk_complaints(names)]
    return [_problem(one, path, catalogue.root) for one in complaints]


def _problem(complaint: Complaint, path: Path, root: Path) -> CatalogueProblem:
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    line = line_of(path.read_text(encoding="utf-8-sig"), complaint.steps) if complaint.steps else None
    place = complaint.place or (f"{shown}, line {line}" if line else shown)
    return CatalogueProblem(COMPLAINT, place, complaint.message, complaint.remedy)
