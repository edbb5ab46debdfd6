"""What the pages of code lists show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from lontar.model.figures.codelists import Code, CodeList
from lontar.reporting.catalogue_pages.finding import form_of
from lontar.reporting.catalogue_pages.shelf import codelists, indicators
from lontar.reporting.catalogue_pages.wording import said


class Shown(NamedTuple):
    """A code as the page shows it; `name` is the name by which a search found it, where its labels did not."""

    code: str
    labels: Mapping[str, str]
    parent: Code | None
    valid_from: str | None
    valid_to: str | None
    successors: tuple[str, ...]
    name: str = ""


def describing() -> list[CodeList]:
    """Give the lists by which figures are described, by title."""
    used = {one for indicator in indicators().values() for one in indicator.dimensions.values()}
    return _by_title(one for one in codelists().values() if one.id in used | {"unit", "stage"})


def others() -> list[CodeList]:
    """Give all other lists, by title."""
    known = {one.id for one in describing()}
    return _by_title(one for one in codelists().values() if one.id not in known)


def _by_title(found: Iterable[CodeList]) -> list[CodeList]:
    return sorted(found, key=lambda one: one.title.casefold())


def users_of(list_id: str) -> list[str]:
    """Give the ids of the indicators that have a dimension of this list, or count in it."""
    return [
        one.id
        for one in indicators().values()
        if list_id in one.dimensions.values() or one.unit_list == list_id != "unit"
    ]


def has_validity(codelist: CodeList) -> bool:
    """Whether any code of the list begins or ends."""
    return any(code.valid_from or code.valid_to for code in codelist.codes.values())


def has_parents(codelist: CodeList) -> bool:
    """Whether any code of the list stands below another."""
    return any(code.parent for code in codelist.codes.values())


def codes_found(codelist: CodeList, q: str) -> list[Shown]:
    """Give the codes that hold a text, in their code, a label or a name by which sources call them; all for no text."""
    form = form_of(q)
    if not form:
        return [_shown(codelist, code) for code in codelist.codes.values()]
    found = ((code, _found_by(codelist, code, form)) for code in codelist.codes.values())
    return [_shown(codelist, code, name) for code, name in found if name is not None]


def _found_by(codelist: CodeList, code: Code, form: str) -> str | None:
    """Give the name by which a code was found, '' where its code or a label was enough, None where it was not."""
    if any(form in one for one in _own_forms(codelist.id)[code.code]):
        return ""
    names = _names(codelist.id).get(code.code, {})
    return min((name for name, one in names.items() if form in one), key=len, default=None)


@cache
def _own_forms(list_id: str) -> Mapping[str, tuple[str, ...]]:
    codes = codelists()[list_id].codes.values()
    return {one.code: tuple(map(form_of, (one.code, *one.labels.values()))) for one in codes}


@cache
def _names(list_id: str) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in codelists()[list_id].names:
        found.setdefault(name.code, {})[name.text] = form_of(name.text)
    return found


def _shown(codelist: CodeList, code: Code, name: str = "") -> Shown:
    return Shown(
        code.code,
        code.labels,
        _parent(codelist, code),
        code.valid_from,
        code.valid_to,
        tuple(code.attributes.get("successors", "").split()),
        name,
    )


def _parent(codelist: CodeList, code: Code) -> Code | None:
    if code.parent is None:
        return None
    elsewhere = codelists()[codelist.parents_from].codes if codelist.parents_from else {}
    return codelist.codes.get(code.parent) or elsewhere.get(code.parent)


def rows_of(found: Iterable[Shown]) -> Iterator[list[str]]:
    """Give codes as rows of a file, its heading first."""
    yield ["code", "label", "parent", "parent_label", "valid_from", "valid_to", "became", "found_by"]
    for one in found:
        parent = (one.parent.code, said(one.parent.labels)) if one.parent else ("", "")
        days = (one.valid_from or "", one.valid_to or "")
        yield [one.code, said(one.labels), *parent, *days, " ".join(one.successors), one.name]
