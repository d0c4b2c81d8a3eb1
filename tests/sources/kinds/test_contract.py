"""Each kind that comes with DebiAI Studio keeps the contract of sources."""

from __future__ import annotations

import csv
import json

import pyarrow as pa
import pytest
from pyarrow import feather, parquet
from tests.contracts.source import SourceContract

from debiai_studio.sources.kinds import KINDS


def kind_named(name):
    return next(kind for kind in KINDS if kind.name == name)


def rows_of(columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def cut(path, share=0.5):
    """A file that ends too early."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


class TestCsv(SourceContract):
    @pytest.fixture
    def kind(self):
        return kind_named("csv")

    @pytest.fixture
    def write(self):
        def write(path, columns):
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([columns, *zip(*columns.values(), strict=True)])

        return write

    @pytest.fixture
    def broken(self, tmp_path):
        path = tmp_path / "broken.csv"
        path.write_text("id,name\na,b\nc,d,e\n")
        return path


class TestNdJson(SourceContract):
    @pytest.fixture
    def kind(self):
        return kind_named("ndjson")

    @pytest.fixture
    def write(self):
        return lambda path, columns: path.write_text(
            "".join(json.dumps(row) + "\n" for row in rows_of(columns))
        )

    @pytest.fixture
    def broken(self, tmp_path):
        path = tmp_path / "broken.ndjson"
        path.write_text('{"id":"a"}\n{"id":"b"\n')
        return path


class TestJson(SourceContract):
    @pytest.fixture
    def kind(self):
        return kind_named("json")

    @pytest.fixture
    def write(self):
        return lambda path, columns: path.write_text(json.dumps(rows_of(columns)))

    @pytest.fixture
    def broken(self, tmp_path, write):
        path = tmp_path / "broken.json"
        write(path, self.columns)
        return cut(path)


class TestParquet(SourceContract):
    @pytest.fixture
    def kind(self):
        return kind_named("parquet")

    @pytest.fixture
    def write(self):
        return lambda path, columns: parquet.write_table(pa.table(columns), path)

    @pytest.fixture
    def broken(self, tmp_path, write):
        path = tmp_path / "broken.parquet"
        write(path, self.columns)
        return cut(path)


class TestArrow(SourceContract):
    @pytest.fixture
    def kind(self):
        return kind_named("arrow")

    @pytest.fixture
    def write(self):
        return lambda path, columns: feather.write_feather(pa.table(columns), str(path))

    @pytest.fixture
    def broken(self, tmp_path, write):
        path = tmp_path / "broken.arrow"
        write(path, self.columns)
        return cut(path)


def test_every_kind_is_held_to_the_contract():
    held = {name.removeprefix("Test").lower() for name in globals() if name.startswith("Test")}

    assert held == {kind.name for kind in KINDS}
