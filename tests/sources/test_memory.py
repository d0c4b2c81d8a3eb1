"""The memory of an inspection and of an import does not grow with the file."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys

import orjson
import pyarrow as pa
import pytest
from pyarrow import csv, parquet
from tests.sources.studio import WRITER

from debiai_studio.sources.model import Inspection
from debiai_studio.sources.orders import ImportOrder, InspectionOrder

ROW = ",".join(["{0}", "0.{0}", "word{1}", "2020-01-01T00:00:00Z", "true"] + ["{1}.25"] * 15) + "\n"
COLUMNS = "id,a,b,c,d," + ",".join(f"e{n}" for n in range(15)) + "\n"
# Peaks of one and the same file differ by about half as much; the smaller one is large enough for
# everything that is held at once.
NOISE = 1.2

# What the system tells of an ended process (ru_maxrss) begins with the memory of pytest.
PROGRAM = """
import sys
from pathlib import Path
from debiai_studio.sources.reading_process import main
code = main()
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0], file=sys.stderr)
sys.exit(code)
"""


def write_csv(path, megabytes):
    row = 0
    with path.open("w") as file:
        file.write(COLUMNS)
        while file.tell() < megabytes << 20:
            file.writelines(ROW.format(each, each % 1000) for each in range(row, row + 10_000))
            row += 10_000


def write_packed(path, megabytes):
    plain = path.with_suffix("")
    write_csv(plain, megabytes)
    with plain.open("rb") as source:
        if path.suffix == ".gz":
            with gzip.open(path, "wb", 1) as target:
                shutil.copyfileobj(source, target, 1 << 20)
        else:
            with pa.CompressedOutputStream(str(path), "zstd") as target:
                shutil.copyfileobj(source, target, 1 << 20)
    plain.unlink()


def write_parquet(path, megabytes):
    plain = path.with_suffix(".csv")
    write_csv(plain, megabytes)
    # Row groups as writers make them: the footer tells of each, and is read whole.
    blocks = csv.ReadOptions(block_size=16 << 20)
    with (
        csv.open_csv(plain, blocks) as reader,
        parquet.ParquetWriter(path, reader.schema) as writer,
    ):
        for batch in reader:
            writer.write_batch(batch)
    plain.unlink()


def write_ndjson(path, megabytes):
    row = 0
    with path.open("wb") as file:
        while file.tell() < megabytes << 20:
            for each in range(row, row + 10_000):
                values = {"id": each, "a": each / 7, "b": f"word{each % 1000}", "c": each % 2 == 0}
                file.write(orjson.dumps(values | {f"e{n}": each % 1000 for n in range(15)}) + b"\n")
            row += 10_000


def write_long_texts(path, megabytes):
    with path.open("w") as file:
        file.write("id,text\n")
        for row in range(megabytes << 20 >> 14):
            file.write(f"{row},{str(row) * 3:x<16384}\n")


WRITERS = {
    "texts.csv": write_long_texts,
    "csv": write_csv,
    "csv.gz": write_packed,
    "csv.zst": write_packed,
    "parquet": write_parquet,
    "ndjson": write_ndjson,
}


def read_by_process(order):
    """The answer, and the largest resident set of the process."""
    # Its input stays open: a process whose server is gone ends.
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdin.write(order.model_dump_json().encode() + b"\n")
        process.stdin.flush()
        *_, answer = process.stdout.read().splitlines()
        told = process.stderr.read().split()
    assert process.returncode == 0, answer
    return orjson.loads(answer)["answer"], int(told[-1]) / 1024


def peaks(path):
    """The megabytes that looking at a file takes, and importing it."""
    looking = InspectionOrder(name=path.name, file_id="0" * 16, project="p", paths=[path])
    answer, looked = read_by_process(looking)
    found = Inspection.model_validate(answer)
    assert found.id_column == "id"
    order = ImportOrder(
        name=path.name,
        rows=found.rows,
        paths=[path],
        columns=found.columns,
        id_column="id",
        staging=path.parent / f"staging of {path.name}",
        writer=WRITER,
    )
    _, imported = read_by_process(order)
    return looked, imported


def assert_flat(folder, ending, small, large):
    """The peaks of a file of ``small`` megabytes and of one of ``large`` are about the same."""
    found = {}
    for size in (small, large):
        path = folder / f"{size}.{ending}"
        WRITERS[ending](path, size)
        found[size] = peaks(path)
        path.unlink()
    for what, few, many in zip(("looking", "importing"), found[small], found[large], strict=True):
        told = f"{what}: {few:.0f} MB for {small} MB, {many:.0f} MB for {large} MB"
        assert many < few * NOISE, told


def test_three_times_the_file_needs_no_more_memory(tmp_path):
    assert_flat(tmp_path, "csv", 160, 480)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "csv.gz", "csv.zst", "parquet"])
def test_a_large_file_of_each_format_needs_no_more_memory(tmp_path, ending):
    assert_flat(tmp_path, ending, 160, 1600)


@pytest.mark.slow
def test_long_texts_need_no_more_memory(tmp_path):
    assert_flat(tmp_path, "texts.csv", 200, 800)


@pytest.mark.slow
def test_many_rows_of_json_need_no_more_memory(tmp_path):
    assert_flat(tmp_path, "ndjson", 80, 640)
