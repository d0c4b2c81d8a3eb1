from __future__ import annotations

import gzip

import pyarrow as pa
import pytest
from tests.sources.studio import column, look, read_whole

from debiai_studio.sources.errors import UnreadableFile
from debiai_studio.sources.file_errors import (
    BrokenRow,
    CutShort,
    DuplicateColumns,
    EmptyFile,
    HeaderOnly,
    NotUtf8,
    RowTooLarge,
    UnclosedQuote,
    UnknownFormat,
    WrongDelimiter,
)
from debiai_studio.sources.kinds import csv


@pytest.fixture
def file(tmp_path):
    def write(data, name="a.csv"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_usual_delimiters_are_found_without_asking(file, delimiter):
    path = file(f"a{delimiter}b\n1{delimiter}x\n2{delimiter}y\n", "a.txt")

    assert read_whole(path).to_pydict() == {"a": [1, 2], "b": ["x", "y"]}


def test_a_comma_inside_of_text_does_not_hide_the_real_delimiter(file):
    path = file('a;b\n1;"x, y, z"\n2;u, v\n')

    assert read_whole(path).to_pydict() == {"a": [1, 2], "b": ["x, y, z", "u, v"]}


def test_a_delimiter_that_is_not_split_at_is_named(file):
    with pytest.raises(WrongDelimiter, match=r"2 if split at '\^'; save it with commas"):
        look(file("a^b\n1^2\n3^4\n"))


def test_one_column_is_a_table(file):
    assert read_whole(file("a\n1\n2\n")).to_pydict() == {"a": [1, 2]}


def test_quotes_newlines_crlf_and_a_mark_at_the_start_are_read(file):
    data = b'\xef\xbb\xbf"a\r\nname","b ""c"""\r\n"x\r\ny",1\r\n"say ""hi""",2\r\n'

    whole = read_whole(file(data))

    assert whole.to_pydict() == {"a\r\nname": ["x\r\ny", 'say "hi"'], 'b "c"': [1, 2]}


def test_a_quote_inside_of_plain_text_is_text(file):
    assert read_whole(file('a,b\n1,5" pipe\n2,x\n')).to_pydict() == {
        "a": [1, 2],
        "b": ['5" pipe', "x"],
    }


def test_missing_nan_and_infinities_are_told_apart(file):
    path = file("a,b\n,x\nNA,NA\nNULL,\nnan,nan\ninf,inf\n-Infinity,y\n1.5,z\n")

    whole = read_whole(path)

    assert [str(value) for value in whole["a"].to_pylist()] == [
        *["None"] * 3,
        *["nan", "inf", "-inf", "1.5"],
    ]
    assert whole["b"].to_pylist() == ["x", None, None, "nan", "inf", "y", "z"]
    assert column(path, "a").missing == 3


def test_an_empty_name_gets_one_of_its_own_and_case_tells_names_apart(file):
    path = file("column_2,,A,a\n1,2,3,4\n")

    assert read_whole(path).to_pydict() == {"column_2": [1], "column_2_": [2], "A": [3], "a": [4]}


def test_two_thousand_columns_are_read(file):
    names = [f"column {number}" for number in range(2000)]
    rows = [",".join(str(row * number) for number in range(2000)) for row in range(50)]

    whole = read_whole(file("\n".join([",".join(names), *rows])))

    assert whole.column_names == names
    assert whole["column 1999"].to_pylist() == [row * 1999 for row in range(50)]


def test_a_cell_of_fifty_megabytes_is_read(file):
    size = 50_000_000

    whole = read_whole(file(b"a,b\n1," + b"x" * size + b"\n2,y\n"))

    assert [len(value) for value in whole["b"].to_pylist()] == [size, 1]


def test_a_row_beyond_the_limit_is_named_and_no_row_before_it_is_read_twice(file, monkeypatch):
    monkeypatch.setattr(csv, "_BLOCK", 1 << 10)
    monkeypatch.setattr(csv, "_LARGEST_BLOCK", 1 << 13)
    rows = b"".join(b"%d,x\n" % number for number in range(1000))
    grown = read_whole(file(b"a,b\n" + rows + b"1000," + b"y" * 5000 + b"\n"))

    assert grown["a"].to_pylist() == list(range(1001))
    with pytest.raises(RowTooLarge, match="Row 1,001 of"):
        look(file(b"a,b\n" + rows + b"1000," + b"y" * 50_000 + b"\n"))


@pytest.mark.parametrize("data", ["", "\n\n", "   \n"])
def test_an_empty_file_is_said_to_be_empty(file, data):
    with pytest.raises(EmptyFile, match=r'"a.csv" is empty'):
        look(file(data))


def test_a_header_without_rows_is_said_to_have_none(file):
    with pytest.raises(HeaderOnly, match="names 2 columns but has no rows"):
        look(file("a,b\n"))


def test_two_columns_of_one_name_are_named_with_their_places(file):
    with pytest.raises(DuplicateColumns, match=r'"b" more than once \(columns 2 and 4\)'):
        look(file("a,b,c,b\n1,2,3,4\n"))


def test_a_broken_row_is_named_by_its_line_and_its_text(file):
    data = 'a,b\n"x\ny",1\n\n' + "z,2\n" * 50_000 + "u,v,w\n" + "z,2\n" * 50_000

    with pytest.raises(BrokenRow) as caught:
        look(file(data))

    assert caught.value.line == 50_005
    assert caught.value.text == "u,v,w"
    assert "Line 50,005 of" in str(caught.value)
    assert "has 3 values, but there are 2 columns" in str(caught.value)


def test_a_broken_row_of_great_length_is_cut(file):
    with pytest.raises(BrokenRow) as caught:
        look(file("a,b\n" + "x" * 1000 + "\n"))

    assert caught.value.text == "x" * 200 + "…"


def test_a_quote_that_is_never_closed_is_named_by_its_line(file):
    # The parser itself takes the end of the file for the end of the quote.
    with pytest.raises(UnclosedQuote) as caught:
        look(file('a,b\n1,2\n3,"four\n5,6\n7,8\n'))

    assert (caught.value.line, caught.value.text) == (3, '3,"four')


def test_a_closed_quote_with_newlines_at_the_end_is_fine(file):
    assert read_whole(file('a,b\n1,"x\ny\n"\n'))["b"].to_pylist() == ["x\ny\n"]
    assert read_whole(file('a,b\n1,"x\ny"'))["b"].to_pylist() == ["x\ny"]


@pytest.mark.parametrize("n_before", [0, 10, 600_000])
def test_other_encodings_are_named_by_byte_and_line(file, n_before):
    data = b"a,b\n" + b"1,2\n" * n_before + b"caf\xe9,3\n" + b"1,2\n" * 10

    with pytest.raises(NotUtf8) as caught:
        look(file(data))

    assert caught.value.offset == 4 + 4 * n_before + 3
    assert caught.value.line == n_before + 2
    assert "save it again as UTF-8" in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_the_mark_of_another_encoding_is_named(file, encoding):
    with pytest.raises(NotUtf8, match=rf"is {encoding.upper()} text"):
        look(file("a,b\n1,2\n".encode(encoding)))


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_packed_files_are_unpacked_and_cut_ones_are_said_to_be_cut(file, compression):
    ending = {"gzip": "gz", "zstd": "zst"}[compression]
    data = b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(100_000))
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, compression) as packer:
        packer.write(data)
    packed = sink.getvalue().to_pybytes()

    assert read_whole(file(packed, f"a.csv.{ending}"))["b"][-1].as_py() == 99_999**2
    with pytest.raises(CutShort, match=f"its {compression} data cannot be unpacked"):
        look(file(packed[: len(packed) // 2], f"a.csv.{ending}"))


def test_damaged_gzip_data_is_said_to_be_damaged(file):
    packed = bytearray(gzip.compress(b"a,b\n" + b"1,2\n" * 1000))
    packed[30] ^= 0xFF

    with pytest.raises(CutShort):
        look(file(bytes(packed), "a.csv.gz"))


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.xlsx", b"PK\x03\x04....", "zip archive or an Excel workbook"),
        ("a.csv", b"PK\x03\x04....", "zip archive or an Excel workbook"),
        ("a.pkl", b"\x80\x04\x95....", "Python pickle"),
        ("a.dat", b"\x00\x01\x02\x03", "format that is not known"),
    ],
)
def test_strange_formats_are_refused_with_what_can_be_read(file, name, data, what):
    with pytest.raises(UnknownFormat, match=what) as caught:
        look(file(data, name))

    assert "Parquet, Arrow, JSON, NDJSON, CSV" in str(caught.value)


def test_every_trouble_with_a_file_is_one_kind_of_error(file):
    with pytest.raises(UnreadableFile):
        look(file(""))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_named_too(file, encoding):
    with pytest.raises(NotUtf8, match="is UTF-16 text; save it again as UTF-8"):
        look(file("a,b\n1,é\n".encode(encoding)))
