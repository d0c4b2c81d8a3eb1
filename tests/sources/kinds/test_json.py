from __future__ import annotations

import json
import math

import pytest
from tests.sources.studio import column, look, read_whole

from debiai_studio.datasets.model import ColumnType
from debiai_studio.sources.errors import UnreadableFile
from debiai_studio.sources.file_errors import (
    BrokenRow,
    EmptyFile,
    HeaderOnly,
    NoColumns,
    NotUtf8,
    RowTooLarge,
)
from debiai_studio.sources.kinds import json as json_kind
from debiai_studio.sources.kinds import ndjson as ndjson_kind

ROWS = [
    {"i": 1, "n": 1, "t": "2020-01-01", "b": True, "a": [1, {"x": None}], "d": {"k": "é"}},
    {"i": -(2**63), "n": 2.5, "t": None, "b": None, "a": [], "d": {}},
    {"n": math.inf, "late": "5", "mixed": 1},
    {"n": math.nan, "mixed": "x"},
]


def as_json(rows):
    return json.dumps(rows, ensure_ascii=False, indent=1)


def as_ndjson(rows):
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


BOTH = pytest.mark.parametrize(("name", "written"), [("a.json", as_json), ("a.ndjson", as_ndjson)])


@pytest.fixture
def file(tmp_path):
    def write(data, name):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


@BOTH
def test_every_kind_of_value_is_read(file, name, written):
    whole = read_whole(file(written(ROWS), name)).to_pydict()

    assert whole["i"] == [1, -(2**63), None, None]
    assert [repr(value) for value in whole["n"]] == ["1.0", "2.5", "inf", "nan"]
    assert whole["t"][0].isoformat() == "2020-01-01T00:00:00"
    assert whole["b"] == [True, None, None, None]
    assert whole["a"] == ['[1,{"x":null}]', "[]", None, None]
    assert whole["d"] == ['{"k":"é"}', "{}", None, None]
    assert whole["late"] == [None, None, "5", None]
    assert whole["mixed"] == [None, None, "1", "x"]


# Defect E8 of DebiAI: one null made an array or dict a column of classes.
@BOTH
def test_the_types_and_what_is_missing_are_told(file, name, written):
    path = file(written(ROWS), name)

    found = {draft.name: (draft.type, draft.missing) for draft in look(path).columns}

    assert found == {
        "i": (ColumnType.INTEGER, 2),
        "n": (ColumnType.NUMBER, 0),
        "t": (ColumnType.TIME, 3),
        "b": (ColumnType.BOOLEAN, 3),
        "a": (ColumnType.ARRAY, 2),
        "d": (ColumnType.DICT, 2),
        "late": (ColumnType.TEXT, 3),
        "mixed": (ColumnType.TEXT, 2),
    }
    assert "several kinds" in column(path, "mixed").note


@BOTH
def test_a_type_that_changes_after_a_million_values_does_not_break_the_import(file, name, written):
    rows = [{"x": number} for number in range(20_000)] + [{"x": "late"}, {"x": [1]}]

    whole = read_whole(file(written(rows), name))

    assert whole["x"].to_pylist()[-4:] == ["19998", "19999", "late", "[1]"]


@BOTH
def test_integers_beyond_64_bits_keep_every_digit(file, name, written):
    huge = 123456789012345678901234
    path = file(written([{"x": huge}, {"x": 5}, {"x": 2**63 - 1}]), name)

    assert read_whole(path)["x"].to_pylist() == [str(huge), "5", str(2**63 - 1)]
    assert "Integers beyond 64 bits" in column(path, "x").note


@BOTH
def test_a_cell_of_fifty_megabytes_is_read(file, name, written):
    size = 50_000_000

    whole = read_whole(file(written([{"x": "y" * size}, {"x": "z"}]), name))

    assert [len(value) for value in whole["x"].to_pylist()] == [size, 1]


@BOTH
def test_a_row_beyond_the_limit_is_refused(file, name, written, monkeypatch):
    monkeypatch.setattr(json_kind, "_LARGEST_ROW", 1 << 21)
    monkeypatch.setattr(ndjson_kind, "_LARGEST_LINE", 1 << 21)

    with pytest.raises(RowTooLarge, match="Row 2 of"):
        look(file(written([{"x": 1}, {"x": "y" * (1 << 23)}]), name))


@BOTH
def test_rows_without_columns_are_refused(file, name, written):
    with pytest.raises(NoColumns):
        look(file(written([{}, {}]), name))


@BOTH
def test_other_encodings_are_named_by_byte(file, name, written):
    data = written([{"x": 1}, {"x": "café"}]).encode("latin-1")

    with pytest.raises(NotUtf8) as caught:
        look(file(data, name))

    assert caught.value.offset == data.index(b"\xe9")
    assert caught.value.line == data[: caught.value.offset].count(b"\n") + 1


def test_a_mark_at_the_start_and_blank_lines_are_skipped(file):
    assert read_whole(file(b'\xef\xbb\xbf{"a":1}\r\n\r\n{"a":2}\r\n', "a.ndjson"))[
        "a"
    ].to_pylist() == [1, 2]
    assert read_whole(file(b'\xef\xbb\xbf [ {"a":1} ] ', "a.json"))["a"].to_pylist() == [1]


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        ('{"a":1}\n{"a":\n{"a":2}\n', 2, "is not JSON"),
        ('{"a":1}\n[1]\n', 2, "is not a JSON object"),
        ('{"a":1}\n{"a":1} {"a":2}\n', 2, "is not JSON"),
        ("{" * 5 + "\n", 1, "is not JSON"),
    ],
)
def test_a_broken_line_is_named(file, data, line, problem):
    with pytest.raises(BrokenRow, match=problem) as caught:
        look(file(data, "a.ndjson"))

    assert caught.value.line == line


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        ('[{"a":1},\n{"a":}]', 2, "is not JSON"),
        ('[{"a":1}\n{"a":2}]', 2, "lacks a comma"),
        ('[{"a":1},\n]', 2, "comma without an object"),
        ('[{"a":1},\n2]', 2, "is not a JSON object"),
        ('[{"a":1}\n', 2, "closing bracket"),
        ('[{"a":1},\n{"a": "x', 2, "is not JSON"),
        ('[{"a":1}]\nmore', 2, "follows the end"),
        ('[{"a":1},\n' * 1 + '{"a":}, ' + '{"a":1},' * 50_000 + "]", 2, "is not JSON"),
    ],
)
def test_a_broken_array_is_named_by_its_line(file, data, line, problem):
    with pytest.raises(BrokenRow, match=problem) as caught:
        look(file(data, "a.json"))

    assert caught.value.line == line
    assert len(caught.value.text) <= 201


def test_an_array_without_objects_has_no_rows(file):
    with pytest.raises(HeaderOnly, match="has no rows"):
        look(file("[]", "a.json"))


def test_an_object_in_place_of_an_array_says_how_to_write_it(file):
    with pytest.raises(UnreadableFile, match='orient="records"'):
        look(file('"just text"', "a.json"))


def test_one_object_per_line_is_read_whatever_the_name_says(file):
    assert read_whole(file('{"a":1}\n{"a":2}\n', "a.json"))["a"].to_pylist() == [1, 2]


@pytest.mark.parametrize("name", ["a.json", "a.ndjson"])
def test_an_empty_file_is_said_to_be_empty(file, name):
    with pytest.raises(EmptyFile):
        look(file(" \n", name))
