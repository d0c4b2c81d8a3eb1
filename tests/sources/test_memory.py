"""The memory of an import stays far behind the size of the file."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from tests.sources.studio import WRITER, look

from debiai_studio.sources.import_process import ImportOrder

ROW = ",".join(["{0}", "0.{0}", "word{1}", "2020-01-01T00:00:00Z", "true"] + ["{1}.25"] * 15) + "\n"


def write(path, megabytes):
    row = 0
    with path.open("w") as file:
        file.write("id,a,b,c,d," + ",".join(f"e{n}" for n in range(15)) + "\n")
        while file.tell() < megabytes << 20:
            file.writelines(ROW.format(each, each % 1000) for each in range(row, row + 10_000))
            row += 10_000


def peak_megabytes(path, staging):
    """The largest resident set of the import process."""
    findings = look(path)
    order = ImportOrder(
        file=path.name,
        rows=findings.rows,
        paths=[path],
        columns=findings.columns,
        id_column="id",
        staging=staging,
        writer=WRITER,
    )
    with subprocess.Popen(
        [sys.executable, "-m", "debiai_studio.sources.import_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as process:
        process.stdin.write(order.model_dump_json().encode() + b"\n")
        process.stdin.flush()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss / 1024


@pytest.mark.slow
def test_eight_times_the_file_does_not_need_eight_times_the_memory(tmp_path):
    write(tmp_path / "small.csv", 50)
    write(tmp_path / "large.csv", 400)

    small = peak_megabytes(tmp_path / "small.csv", tmp_path / "one")
    large = peak_megabytes(tmp_path / "large.csv", tmp_path / "two")

    # What grows: 8 bytes a row to check ids, and DuckDB's own cache up to its memory limit.
    assert large < small * 2.5, f"{small:.0f} MB for 50 MB, {large:.0f} MB for 400 MB"
