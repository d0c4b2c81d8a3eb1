"""What is logged of an error: its kind and its places, never its text."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import logging, structlog
from debiai_studio import journal

def convert(value):
    return int(value)

journal.configure()
try:
    convert("marker of a sample")
except ValueError as error:
    {log}
"""


def logged(call: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(log=call)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize(
    "call",
    [
        'structlog.get_logger().exception("bug", job="7")',
        'structlog.get_logger().error("bug", job="7", exc_info=error)',
    ],
)
def test_our_own_log_names_kind_and_places(call):
    entry = json.loads(logged(call))

    assert (entry["event"], entry["job"], entry["error"]) == ("bug", "7", "ValueError")
    assert entry["where"][-1].endswith(" convert")
    assert "marker" not in str(entry)


@pytest.mark.parametrize("call", ["exception('bug')", "error('bug', exc_info=error)"])
def test_libraries_log_no_more(call):
    entry = json.loads(logged(f"logging.getLogger('uvicorn.error').{call}"))

    assert (entry["event"], entry["logger"], entry["level"]) == ("bug", "uvicorn.error", "error")
    assert entry["error"] == "ValueError"
    assert entry["where"][-1].endswith(" convert")
    assert "marker" not in str(entry)


def test_a_warning_of_python_is_a_line_of_the_log_without_its_text():
    entry = json.loads(logged("import warnings; warnings.warn(str(error), RuntimeWarning)"))

    assert (entry["event"], entry["level"]) == ("python.warning", "warning")
    assert entry["warning"] == "RuntimeWarning"
    assert "marker" not in str(entry)
