"""``debiai_studio.open`` as a script and a notebook call it: in a Python of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

BEGIN = """
import json, sys, urllib.request
import debiai_studio
loaded = {"numba", "duckdb", "fastapi", "pyarrow"} & set(sys.modules)
assert not loaded, f"import debiai_studio loads {loaded}"

def get(session, path):
    base = session.url.partition("/p/")[0]
    with urllib.request.urlopen(base + path) as answer:
        return answer.status, answer.read()

def projects(session):
    return {p["project"]: p for p in json.loads(get(session, "/api/v2/projects")[1])}

ROWS = {"key": ["b", "a", "c"], "x": [2**53 + 1, 7, 8], "m_x": [1.0, 2.0, 3.0]}
"""


def script(tmp_path, body: str, **options) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "script.py"
    path.write_text(BEGIN + textwrap.dedent(body))
    return subprocess.run(
        [sys.executable, "-W", "error", str(path)],
        cwd=tmp_path,
        env={**os.environ, "DEBIAI_BROWSER": "false", "DEBIAI_PORT": "0"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        **options,
    )


@pytest.mark.parametrize(
    "table", ["pandas.DataFrame(ROWS)", "polars.DataFrame(ROWS)", "pyarrow.table(ROWS)"]
)
def test_a_table_is_a_project_under_the_address_that_is_given_back(tmp_path, table):
    done = script(
        tmp_path,
        f"""
        import {table.partition(".")[0]}
        session = debiai_studio.open(
            {table}, name="my data", id="key", models={{"m": {{"x": "m_x"}}}}
        )
        assert session.url.endswith("/p/local/my%20data"), session.url
        found = projects(session)["my data"]
        assert (found["n_samples"], found["n_columns"], found["n_models"]) == (3, 1, 1), found
        status, detail = get(session, "/api/v2/projects/local/my%20data")
        assert json.loads(detail)["id_name"] == "key"
        assert session.url in session._repr_html_()
        session.close()
        """,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_call_uses_the_server_that_there_is_until_the_last_one_is_closed(tmp_path):
    done = script(
        tmp_path,
        """
        import urllib.error
        first = debiai_studio.open(ROWS, name="t")
        second = debiai_studio.open(ROWS, name="t")
        assert first.url.partition("/p/")[0] == second.url.partition("/p/")[0]
        assert second.project == "t-2"
        first.close()
        first.close()
        assert set(projects(second)) == {"t", "t-2"}
        second.close()
        try:
            projects(second)
        except urllib.error.URLError:
            pass
        else:
            raise AssertionError("still there")
        third = debiai_studio.open(ROWS, name="t")
        assert set(projects(third)) == {"t", "t-2", "t-3"}
        """,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_what_cannot_be_opened_is_said_and_leaves_no_server_and_no_project(tmp_path):
    done = script(
        tmp_path,
        """
        import threading
        from debiai_studio.errors import StudioError
        for table, options in [(42, {}), ({"x": [1, 1]}, {"id": "x"}), (ROWS, {"id": "nothing"})]:
            try:
                debiai_studio.open(table, **options)
            except StudioError as error:
                print(error)
            else:
                raise AssertionError(options)
            assert "studio" not in {thread.name for thread in threading.enumerate()}
        with debiai_studio.open(ROWS, name="good") as session:
            assert set(projects(session)) == {"good"}
        """,
    )

    assert (done.returncode, done.stderr) == (0, "")
    first, duplicate, missing = done.stdout.splitlines()
    assert "int is not a table" in first
    assert '"x"' in duplicate
    assert "nothing" in missing


def test_waiting_ends_with_an_interrupt_and_the_program_ends_well(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(
        "import os, signal, threading\n"
        "import debiai_studio\n"
        "session = debiai_studio.open({'x': [1]}, name='t', browser=False, port=0)\n"
        "print(session.url, flush=True)\n"
        # Not before the script waits.
        "threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
        "session.wait()\n"
        "print('ended')\n"
    )
    with subprocess.Popen(
        [sys.executable, str(path)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        out, errors = process.communicate(timeout=60)

    assert (process.returncode, out, errors) == (0, "ended\n", "")
