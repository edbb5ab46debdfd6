"""The columns of an observation, in the order of the contract, and what each is made of."""

from typing import Literal, NamedTuple

from lontar.harmonise.compiling.compile import Compiled
from lontar.model.mapping import MappingBundle

Kind = Literal["text", "date", "double", "int", "bool", "event", "list", "place", "file", "sheet", "constant"]


class Field(NamedTuple):
    """One column of an observation."""

    name: str
    kind: Kind
    column: str
    """The column of the judged relation that it is made of; of a constant its text."""


_FIRST: tuple[Field, ...] = (
    Field("indicator", "text", "indicator"), Field("unit", "text", "unit"), Field("stage", "text", "stage"),
    Field("reporter", "text", "reporter"), Field("source_kind", "text", "source_kind"), Field("area", "text", "area"),
    Field("period", "text", "final_period"), Field("frequency", "text", "final_frequency"),
    Field("period_start", "date", "final_start"), Field("period_end", "date", "period_end"),
    Field("vintage", "date", "vintage"), Field("value", "double", "final_value"), Field("low", "double", "final_low"),
    Field("high", "double", "final_high"), Field("absence", "text", "absence"), Field("status", "text", "status"),
    Field("series_break", "bool", "series_break"),
)  # fmt: skip
_LAST: tuple[Field, ...] = (
    Field("match", "text", "match"), Field("note", "text", "note"), Field("source_value", "text", "figure"),
    Field("derived", "bool", "derived"), Field("source_file", "file", "file"), Field("source_sheet", "sheet", "file"),
    Field("source_row", "int", "row"), Field("source_column", "place", "source_column"),
    Field("source_line", "int", "line"),
)  # fmt: skip


def observation_fields(compiled: Compiled, bundle: MappingBundle, indicator: str) -> list[Field]:
    """The columns of the observations of one indicator.

    An event without an id of the source is called by its record number; among several files, with the file's name before it.
    """
    fields = [*_FIRST]
    for dimension in bundle.indicators[indicator].dimensions:
        fields.append(Field(dimension, "event" if dimension == "event" else "text", dimension))
        if dimension in compiled.listed:
            fields.append(Field(f"{dimension}_list", "list", f"{dimension}_list"))
    constants = (
        Field("mapping", "constant", bundle.mapping.id), Field("mapping_version", "constant", bundle.version),
    )  # fmt: skip
    return [*fields, *_LAST, *constants]
