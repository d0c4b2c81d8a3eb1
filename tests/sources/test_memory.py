"""The memory of an import stays far behind the size of the file."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.sources.studio import WRITER, look

from debiai_studio.sources.orders import ImportOrder

ROW = ",".join(["{0}", "0.{0}", "word{1}", "2020-01-01T00:00:00Z", "true"] + ["{1}.25"] * 15) + "\n"


def write(path, megabytes):
    row = 0
    with path.open("w") as file:
        file.write("id,a,b,c,d," + ",".join(f"e{n}" for n in range(15)) + "\n")
        while file.tell() < megabytes << 20:
            file.writelines(ROW.format(each, each % 1000) for each in range(row, row + 10_000))
            row += 10_000


# What the system tells of an ended process (ru_maxrss) begins with the memory of pytest.
PROGRAM = """
import sys
from pathlib import Path
from debiai_studio.sources.reading_process import main
code = main()
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0], file=sys.stderr)
sys.exit(code)
"""


def peak_megabytes(path, staging):
    """The largest resident set of the import process."""
    findings = look(path)
    order = ImportOrder(
        name=path.name,
        rows=findings.rows,
        paths=[path],
        columns=findings.columns,
        id_column="id",
        staging=staging,
        writer=WRITER,
    )
    # Its input stays open: an import whose server is gone ends.
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdin.write(order.model_dump_json().encode() + b"\n")
        process.stdin.flush()
        told = process.stderr.read().split()
    assert process.returncode == 0
    return int(told[-1]) / 1024


@pytest.mark.slow
def test_eight_times_the_file_needs_hardly_more_memory(tmp_path):
    write(tmp_path / "small.csv", 50)
    write(tmp_path / "large.csv", 400)

    small = peak_megabytes(tmp_path / "small.csv", tmp_path / "one")
    large = peak_megabytes(tmp_path / "large.csv", tmp_path / "two")

    # What is left: one transaction more in DuckDB, and the sorted ids of one segment.
    assert large < small * 1.5, f"{small:.0f} MB for 50 MB, {large:.0f} MB for 400 MB"
