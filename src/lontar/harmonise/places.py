"""Where a cell stands in its file, as SQL over the judged relation."""

from lontar.model.mapping import Mapping


def place_sql(mapping: Mapping, column: str = "source_column") -> str:
    """The column of a cell; in a row whose first cell was put together from other lines, one further left."""
    if not moves_left(mapping):
        return column
    return f"{column} - CASE WHEN pieces > 0 AND {column} > 1 THEN 1 ELSE 0 END"


def moves_left(mapping: Mapping) -> bool:
    """Whether the first cell of a row may be put together from other lines, so that its cells stand one further left."""
    wrapped = mapping.table.wrapped
    return wrapped is not None and wrapped.rows == "first"
