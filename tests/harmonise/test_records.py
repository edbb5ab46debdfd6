"""Records in JSON, JSON Lines and Parquet: numbers keep their text, every value its place, and what is no table is told."""

import datetime as dt
import decimal
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lontar.harmonise.reading import json_records, parquet
from lontar.harmonise.reading.landing import Limits, ReadRequest
from lontar.harmonise.reading.opened import Opened
from lontar.harmonise.reading.recognising import check_kind
from lontar.harmonise.reading.scratch import Scratch
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.harmonise.run import Settings
from lontar.model.errors import SourceProblem
from lontar.model.mapping.layout import FileShape, TableShape
from tests.factories import Harmonised
from tests.harmonise.cases import Case, harmonise_these, told

MAPPING: dict[str, Any] = {
    "columns": [{"column": "Year", "is": "used"}, {"column": "Persons", "is": "figure"}],
    "period": {"from": "{Year}", "formats": ["{year}"]},
}

USUAL_LIMITS = Limits()


def request(tmp_path: Path, format_: Any, limits: Limits = USUAL_LIMITS, **shape: Any) -> ReadRequest:
    return ReadRequest(
        files=(), shape=FileShape(format=format_, **shape), table=TableShape(), expected=(), personal=(),
        out=str(tmp_path), limits=limits,
    )  # fmt: skip


def rows_of(opened: Opened) -> dict[int, list[str]]:
    """Row number -> cells, the header as row 0."""
    found = {0: [column.header for column in opened.heading.columns]}
    for batch in opened.batches:
        columns = [column.to_pylist() for column in batch.columns]
        for n, row in enumerate(batch.rows.to_pylist()):
            found[row] = [column[n] for column in columns]
    return found


def json_rows(
    told_text: str | bytes, tmp_path: Path, format_: str = "json", **shape: Any
) -> dict[int, list[str]]:
    data = told_text.encode() if isinstance(told_text, str) else told_text
    (tmp_path / "a").write_bytes(data)
    with Scratch(tmp_path) as scratch:
        return rows_of(json_records.open_table(tmp_path / "a", request(tmp_path, format_, **shape), scratch))


def harmonised(path: Path, mapping: dict[str, Any] | None = None, **file: Any) -> Harmonised:
    case = Case(case="", mapping=MAPPING | (mapping or {}) | {"file": file})
    return harmonise_these([(path, path.name)], case, path.parent)


# JSON.


def test_values_keep_the_text_that_they_have_in_the_file(tmp_path: Path) -> None:
    told_text = (
        '[{"a": 1.0, "b": 1e3, "c": 12345678901234567890123, "d": "  x y ", "e": true, "f": null},\n'
        ' {"f": false, "a": -0.10, "g": "é\\u00e9", "b": "   "}, {}, {"a": 7}]'
    )
    assert json_rows(told_text, tmp_path) == {
        0: ["a", "b", "c", "d", "e", "f", "g"],
        1: ["1.0", "1e3", "12345678901234567890123", "  x y ", "true", "", ""],
        2: ["-0.10", "", "", "", "", "false", "éé"],
        3: [""] * 7,
        4: ["7", "", "", "", "", "", ""],
    }


def test_objects_become_columns_and_lists_cells(tmp_path: Path) -> None:
    record = {
        "a": {"b": {"c": 1}, "d": 2}, "l": ["x", 1, None, "y"], "n": [["x"], {"k": 1.5}], "s": ["x; y"], "e": [], "o": {},
    }  # fmt: skip
    assert json_rows(json.dumps([record]), tmp_path) == {
        0: ["a.b.c", "a.d", "l", "n", "s", "e"],
        1: ["1", "2", "x; 1; y", '[["x"],{"k":1.5}]', '["x; y"]', ""],
    }


def test_the_records_lie_where_the_mapping_says(tmp_path: Path) -> None:
    document = {
        "meta": {"made": "2024", "by": ["x", "y"], "none": None},
        "data": {"items": [{"Year": 2024, "Persons": 3}], "n": 1},
    }
    (tmp_path / "a.json").write_text(json.dumps(document))
    done = harmonised(tmp_path / "a.json", format="json", records="data.items")
    assert told(
        done.observations, ["period", "value", "source_row", "source_column", "source_line", "source_value"]
    ) == [["2024", "3", "1", "2", "", "3"]]
    assert done.problems == []
    assert done.account["all"]["balanced"]
    assert done.account["all"]["cells"] == {
        "found": 6, "observed": 1, "code_or_label": 1, "ignored": {"outside the records": 4}, "refused": 0,
    }  # fmt: skip
    assert done.account["all"]["rows"] == {
        "found": 1,
        "observed": 1,
        "code_or_label": 0,
        "ignored": 0,
        "refused": 0,
    }


def test_a_path_in_a_header_can_be_read_level_by_level(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"place": "x", "2023": {"men": 1, "women": 2}, "2024": {"men": 3}}]')
    columns = [
        {"column": "place", "is": "ignore", "reason": "one place"}, {"column": "*", "is": "figure"},
        {"column": "{header_2}", "is": "sex", "crosswalk": "sexes"},
    ]  # fmt: skip
    mapping = MAPPING | {"columns": columns, "period": {"from": "{header_1}", "formats": ["{year}"]}}
    case = Case(
        case="",
        mapping=mapping | {"file": {"format": "json"}},
        crosswalks={"sexes": "from,to\nmen,M\nwomen,F\n"},
    )
    done = harmonise_these([(tmp_path / "a.json", "a.json")], case, tmp_path)
    assert told(done.observations, ["period", "sex", "value"]) == [
        ["2023", "M", "1"],
        ["2023", "F", "2"],
        ["2024", "M", "3"],
    ]


def test_lines_of_json_are_records_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(
        b'\xef\xbb\xbf{"Year": 2024, "Persons": 3}\r\n\r\n{"Persons": "x", "Year": 2025}'
    )
    done = harmonised(tmp_path / "a.jsonl", format="jsonl")
    assert told(done.observations, ["period", "value", "source_row", "source_line"]) == [
        ["2024", "3", "1", "1"]
    ]
    assert [(p["code"], p["row"], p["column"]) for p in done.problems] == [("HAR-060", "3", "2")]


EXTRA = "Extra data; more stands after its end, as in JSON Lines (file.format jsonl)"


@pytest.mark.parametrize(
    ("format_", "told_text", "sentence"),
    [
        ("json", '[{"Year": 2024,\n  "Persons": secret}]',
         "[HAR-007] a: this is no json file: line 2, column 14: Expecting value. "),
        ("json", '[{"Year": 2024, "Persons": NaN}]', "[HAR-007] a: this is no json file: NaN is no number that JSON knows. "),
        ("json", '[{"Year": 2024, "Persons": -Infinity}]',
         "[HAR-007] a: this is no json file: -Infinity is no number that JSON knows. "),
        ("json", '{"Year": 1}\n{"Year": 2}', f"[HAR-007] a: this is no json file: line 2, column 1: {EXTRA}. "),
        ("json", '{"data": []}', "[HAR-120] a: the document is no list of records but an object. "),
        ("json", "3", "[HAR-120] a: the document is no list of records but a number. "),
        ("json", '[{"Year": 1}, 5]', "[HAR-121] a, row 2: what stands here is no record: it is a number. "),
        ("json", '[{"Year": 1}, null]', "[HAR-121] a, row 2: what stands here is no record: it is null. "),
        ("json", '[{"Year": 1}, {"Year": 1, "Year": 2}]', "[HAR-122] a, row 2: the name 'Year' stands twice in one record. "),
        ("json", '[{"Year": 1, "x": {"y": 1, "y": 2}}]', "[HAR-122] a, row 1: the name 'x.y' stands twice in one record. "),
        ("json", '[{"Year": 1, "x": [{"y": 1, "y": 2}]}]', "[HAR-122] a, row 1: the name 'y' stands twice in one record. "),
        ("json", '[{"Year": 1, "x": {"y": 1}, "x.y": 2}]', "[HAR-122] a, row 1: the name 'x.y' stands twice in one record. "),
        ("json", '[{"Year": "\\ud800"}]', "[HAR-007] a, row 1: this is no json file: it holds half a sign (a lone surrogate). "),
        ("json", "[" + '{"a":' * 60 + "1" + "}" * 60 + "]",
         "[HAR-007] a, row 1: this is no json file: it is nested more than 40 deep. "),
        ("json", '[{"a":' + "[" * 60 + "1" + "]" * 60 + "}]",
         "[HAR-007] a, row 1: this is no json file: it is nested more than 40 deep. "),
        ("json", "[" * 100_000, "[HAR-007] a: this is no json file: it is nested more than 40 deep. "),
        ("json", "[]", "[HAR-011] a: there is no row of data. "),
        ("json", '[{"Year": 1, "x": 2}]',
         "[HAR-031] a: the mapping expects 'Persons', which is not there; there are 'Year', 'x'. "),
        ("json", " \n", "[HAR-003] a: the file is empty. "),
        ("json", b'[{"Year": "\xe9"}]', "[HAR-005] a, row 1: the text is not utf-8: byte 0xe9. "),
        ("json", b"PK\x03\x04", "[HAR-007] a: this is no json file: it is a zip file or a workbook, damaged or cut off. "),
        ("jsonl", '{"Year": 1}\n{"Year": }\n', "[HAR-007] a: this is no jsonl file: line 2, column 10: Expecting value. "),
        ("jsonl", '[{"Year": 1}]\n', "[HAR-121] a, row 1: what stands here is no record: it is a list. "),
        ("jsonl", '{"Year": 1}\n"x"\n', "[HAR-121] a, row 2: what stands here is no record: it is a text. "),
        ("text", '[\n {"Year": 1}]\n', "[HAR-007] a: this is no text file: it is JSON. "),
        ("parquet", '{"Year": 1}\n', "[HAR-007] a: this is no parquet file: it is JSON. "),
        ("xlsx", '{"Year": 1}\n', "[HAR-007] a: this is no xlsx file: it is JSON. "),
    ],
)  # fmt: skip
def test_what_is_no_table_in_json_is_told(
    format_: str, told_text: str | bytes, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(told_text.encode() if isinstance(told_text, str) else told_text)
    with pytest.raises(SourceProblem) as refusal:
        harmonised(tmp_path / "a", format=format_)
    assert str(refusal.value).startswith(sentence)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("records", "detail"),
    [
        ("data.rows", "nothing is called data.rows"),
        ("data.n.rows", "nothing is called data.n.rows"),
        ("data.n", "what data.n names is no list of records but a number"),
    ],
)
def test_a_path_that_leads_nowhere_is_told(records: str, detail: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no_records") as refusal:
        json_rows('{"data": {"n": 1}}', tmp_path, records=records)
    assert refusal.value.problem.details["detail"] == detail


def test_too_many_columns_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "_MOST_COLUMNS", 2)
    assert json_rows('[{"a": 1, "b": 2}]', tmp_path)[1] == ["1", "2"]
    with pytest.raises(Unreadable, match="too_large"):
        json_rows('[{"a": 1}, {"b": 2, "c": 3}]', tmp_path)


def test_personal_values_of_records_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        '[{"Year": 2024, "Name": {"first": "Siti", "last": "Aminah"}, "Persons": 3}]'
    )
    columns = [*MAPPING["columns"], {"columns": ["Name.first", "Name.last"], "is": "personal"}]
    done = harmonised(tmp_path / "a.json", {"columns": columns}, format="json")
    assert done.account["all"]["cells"]["ignored"] == {"personal": 2}
    assert "Siti" not in json.dumps([done.account, done.problems, done.observations], default=str)


def test_a_document_in_a_wrapping_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(b'[{"Year": 2024, "Persons": 3}]'))
    assert told(harmonised(tmp_path / "a.json.gz", format="json").observations, ["value"]) == [["3"]]


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.decimals(allow_nan=False, allow_infinity=False)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(records=st.lists(st.dictionaries(st.text(max_size=2), VALUES, max_size=3), max_size=4))
def test_any_records_are_read_or_told(
    records: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    told_text = json.dumps(records, default=float)
    found: dict[int, list[str]] = {}
    try:
        found, kind = json_rows(told_text, tmp_path_factory.mktemp("any")), ""
    except Unreadable as refusal:
        kind = refusal.problem.kind
    assert kind in ("", "name_twice", "wrong_format", "no_rows")
    assert kind or sorted(found) == list(range(len(records) + 1))


def test_memory_that_runs_out_is_told_as_too_large(tmp_path: Path) -> None:
    from lontar.catalogue.mapping_checks import open_checked_mapping
    from lontar.harmonise.run import harmonise_files
    from tests.harmonise.cases import USUAL, catalogue

    with (tmp_path / "a.json").open("w") as stream:
        stream.write("[" + ",".join('{"Year": 2024, "Persons": 3}' for _ in range(1_500_000)) + "]")
    (tmp_path / "case.yml").write_text(json.dumps(USUAL | MAPPING | {"file": {"format": "json"}}))
    bundle = open_checked_mapping(catalogue(), str(tmp_path / "case.yml"))
    settings = Settings(limits=Limits(memory_bytes=700 * 2**20))
    with pytest.raises(SourceProblem) as refusal:
        harmonise_files([(tmp_path / "a.json", "a.json")], bundle, tmp_path / "out", settings=settings)
    assert str(refusal.value).startswith(
        "[HAR-012] a.json: reading it took more than the allowed 700 MB of memory"
    )


# Parquet.


def written(table: pa.Table, path: Path, **how: Any) -> Path:
    pq.write_table(table, path, **how)
    return path


def parquet_rows(
    table: pa.Table, tmp_path: Path, limits: Limits = USUAL_LIMITS, **how: Any
) -> dict[int, list[str]]:
    path = written(table, tmp_path / "a.parquet", **how)
    return rows_of(parquet.open_table(path, request(tmp_path, "parquet", limits)))


MOMENT = dt.datetime(2024, 3, 1, 22, 30, 0, 500_000)  # noqa: DTZ001
COLUMNS: dict[str, tuple[pa.Array, list[str]]] = {
    "int": (pa.array([1, None, -5], pa.int64()), ["1", "", "-5"]),
    "uint64": (pa.array([2**64 - 1, 0, None], pa.uint64()), ["18446744073709551615", "0", ""]),
    "double": (pa.array([3.0, 0.1, 1.234]), ["3", "0.1", "1.2340"]),
    "odd double": (pa.array([float("nan"), float("inf"), None]), ["nan", "inf", ""]),
    "large double": (pa.array([1e20, 2.0**53, 1e-7]), ["100000000000000000000", "9007199254740992", "0.0000001"]),
    "float": (pa.array([0.1, 2.5, 16777216.0], pa.float32()), ["0.1", "2.5", "16777216"]),
    "decimal": (pa.array([decimal.Decimal("1.50"), decimal.Decimal("150.00"), None], pa.decimal128(9, 2)), ["1.5", "150", ""]),
    "date": (pa.array([dt.date(2024, 3, 1), None, dt.date(1, 1, 1)]), ["2024-03-01", "", "0001-01-01"]),
    "timestamp": (
        pa.array([MOMENT, dt.datetime(2024, 3, 1), None], pa.timestamp("us")),  # noqa: DTZ001
        ["2024-03-01 22:30:00.5", "2024-03-01", ""],
    ),
    "zone": (pa.array([MOMENT, None, None], pa.timestamp("ms", "Asia/Jakarta")), ["2024-03-02 05:30:00.5", "", ""]),
    "time": (pa.array([dt.time(1, 2, 3), None, None], pa.time32("s")), ["01:02:03", "", ""]),
    "text": (pa.array(["x, y", None, " "]), ["x, y", "", " "]),
    "large text": (pa.array(["a", "", "नेपाल"], pa.large_string()), ["a", "", "नेपाल"]),
    "code": (pa.array(["M", "F", None]).dictionary_encode(), ["M", "F", ""]),
    "bool": (pa.array([True, False, None]), ["true", "false", ""]),
    "nothing": (pa.nulls(3), ["", "", ""]),
}  # fmt: skip


@pytest.mark.parametrize("name", COLUMNS)
def test_each_kind_of_column_becomes_text(name: str, tmp_path: Path) -> None:
    column, texts = COLUMNS[name]
    found = parquet_rows(pa.table({name: column}), tmp_path)
    assert [found[n] for n in sorted(found)] == [[name], *([text] for text in texts)]


def test_rows_keep_their_numbers_over_row_groups_and_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_BATCH_ROWS", 70)
    found = parquet_rows(pa.table({"n": list(range(1, 1001))}), tmp_path, row_group_size=99)
    assert found == {0: ["n"]} | {n: [str(n)] for n in range(1, 1001)}


@pytest.mark.parametrize(
    ("column", "found"),
    [
        (pa.array([[1], [2]]), "lists or structures"),
        (pa.array([{"a": 1}, None]), "lists or structures"),
        (pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())), "lists or structures"),
        (pa.array([b"a", b"b"]), "data of the type binary"),
        (pa.array([1, 2], pa.duration("s")), "data of the type duration[s]"),
    ],
)
def test_a_column_that_is_not_flat_is_told(column: pa.Array, found: str, tmp_path: Path) -> None:
    path = written(pa.table({"Year": [1, 2], "Persons": [1, 2], "x": column}), tmp_path / "a.parquet")
    with pytest.raises(SourceProblem) as refusal:
        harmonised(path, format="parquet")
    sentence = (
        f"[HAR-123] a.parquet, column 3: the column 'x' holds {found}, not single texts, numbers or dates. "
    )
    assert str(refusal.value).startswith(sentence)


def test_a_parquet_file_is_harmonised_with_its_places(tmp_path: Path) -> None:
    table = pa.table({"Year": [2024, 2025, None, 2026], "Persons": [3.0, None, None, 2.5]})
    done = harmonised(written(table, tmp_path / "a.parquet"), {"figures": {"decimal": "."}}, format="parquet")
    assert told(done.observations, ["period", "value", "source_row", "source_column", "source_line"]) == [
        ["2024", "3", "1", "2", ""]
    ]
    assert [(p["code"], p["row"], p["column"], p["value"]) for p in done.problems] == [
        ("HAR-061", "2", "2", ""), ("HAR-067", "4", "2", "2.5"),
    ]  # fmt: skip
    assert done.account["all"]["balanced"]
    assert done.account["all"]["cells"]["found"] == 5


def whole() -> bytes:
    stream = io.BytesIO()
    pq.write_table(
        pa.table({"Year": list(range(3000)), "Persons": [str(n) for n in range(3000)]}),
        stream,
        write_page_checksum=True,
    )
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (whole()[:-20], "this is no parquet file: it is damaged or cut off. "),
        (b"PAR1" + b"x" * 100, "this is no parquet file: it is damaged or cut off. "),
        (
            whole().replace(whole()[200:220], b"\0" * 20, 1),
            "this is no parquet file: it is damaged or cut off. ",
        ),
        (b"", "the file is empty. "),
        (
            b"Year,Persons\n1,2\n",
            "this is no parquet file: it is neither a workbook nor Parquet nor packed. ",
        ),
        (b"\x1f\x8b\x08", "this is no parquet file: it is a gzip file. "),
        (b"PARE" + whole()[4:-4] + b"PARE", "this is no parquet file: it is encrypted. "),
    ],
    ids=["cut", "hollow", "page", "empty", "text", "gzip", "encrypted"],
)
def test_what_is_no_parquet_is_told(data: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(SourceProblem) as refusal:
        harmonised(tmp_path / "a", format="parquet")
    assert str(refusal.value).partition("a: ")[2].startswith(sentence)


def test_a_digit_that_changed_on_the_way_is_told(tmp_path: Path) -> None:
    """Only the checksum of its page knows of it."""
    table = pa.table({"Year": ["2024"], "Persons": ["1234567"]})
    path = written(
        table,
        tmp_path / "a",
        compression="none",
        use_dictionary=False,
        write_statistics=False,
        write_page_checksum=True,
    )
    assert path.read_bytes().count(b"1234567") == 1
    path.write_bytes(path.read_bytes().replace(b"1234567", b"1234568"))
    with pytest.raises(Unreadable, match="wrong_format"):
        rows_of(parquet.open_table(path, request(tmp_path, "parquet")))


@given(at=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_damaged_parquet_file_is_told_or_harmless(
    at: int, bit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytearray(whole())
    data[at % len(data)] ^= 1 << bit
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "a").write_bytes(data)
    try:
        check_kind(folder / "a", "parquet")
        rows_of(parquet.open_table(folder / "a", request(folder, "parquet")))
    except Unreadable as refusal:
        kind = refusal.problem.kind
    else:
        kind = ""
    assert kind in ("", "wrong_format", "nested_column", "too_large")


def test_a_parquet_file_that_unpacks_beyond_the_limit_is_told(tmp_path: Path) -> None:
    table = pa.table({"x": pa.repeat("y" * 1000, 5000)})
    assert len(parquet_rows(table, tmp_path)) == 5001
    assert (tmp_path / "a.parquet").stat().st_size < 10_000
    with pytest.raises(Unreadable, match="too_large"):
        parquet_rows(table, tmp_path, Limits(inflated_bytes=100_000))


def test_texts_that_are_no_utf8_are_told(tmp_path: Path) -> None:
    bad = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xe9\xe9"))
    with pytest.raises(Unreadable, match="wrong_format") as refusal:
        parquet_rows(pa.table({"x": bad}), tmp_path)
    assert refusal.value.problem.details["detail"].startswith("its texts are no UTF-8")


def test_a_parquet_file_called_text_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(whole())
    with pytest.raises(SourceProblem) as refusal:
        harmonised(tmp_path / "a", format="text")
    assert str(refusal.value).startswith("[HAR-007] a: this is no text file: it is a Parquet file. ")
