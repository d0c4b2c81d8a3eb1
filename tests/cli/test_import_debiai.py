"""``debiai import-debiai`` and the options of ``debiai-gui``, without a terminal."""

from __future__ import annotations

import httpx
from tests.real.debiai_folder import write_json, write_project


def test_a_folder_comes_in_beside_ours_and_the_start_says_when_it_has_not(command):
    data = command.folder / "debiai_data"
    write_project(data)
    before, _ = command.start("-p", "0")
    hint = next(line for line in before.stdout if "import-debiai" in line)
    before.terminate()
    before.wait(30)

    done = command.run("import-debiai", "debiai_data")

    assert (done.returncode, done.stderr) == (0, "")
    assert "DebiAI left 1 projects" in hint
    assert "“drives”: 6 samples, 1 models with 6 results, 1 selections" in done.stdout
    assert "1 projects, 0 layouts and 0 widget configurations came in." in done.stdout
    _, url = command.start("-p", "0")
    (project,) = httpx.get(f"{url}api/v2/projects", timeout=30).json()
    assert (project["name"], project["n_samples"], project["n_models"]) == ("drives", 6, 1)
    assert project["origin"] == str(data)
    assert project["created_at"] == "2026-11-28T09:26:10.754Z"


def test_what_is_damaged_is_printed_and_ends_with_3(command):
    folder = write_project(command.folder / "old")
    (folder / "blocks" / "s0" / "info.json").write_text("{")
    write_json(command.folder / "old" / "layouts.json", [])

    done = command.run("import-debiai", "old")

    assert done.returncode == 3
    damages = done.stdout.partition("Damaged, changed or left out:\n")[2].strip().splitlines()
    assert damages[0].startswith("drives, block s0: info.json is not whole JSON")


def test_a_folder_that_is_none_and_a_running_server_are_each_one_sentence(command):
    (command.folder / "empty").mkdir()
    write_project(command.folder / "old")

    none = command.run("import-debiai", "empty")
    command.start("-p", "0")
    running = command.run("import-debiai", "old")

    assert (none.returncode, running.returncode) == (1, 1)
    assert "pythonDataProvider" in none.stderr.strip()
    assert "uses the data folder" in running.stderr.strip()
    assert len(none.stderr.strip().splitlines()) == len(running.stderr.strip().splitlines()) == 1


def test_the_options_of_debiai_gui_mean_the_same_and_nothing_is_asked(command):
    """DebiAI asks at the terminal whether a data folder may be made, and fails without one."""
    _, short = command.start("-p", "0", "-d", "one", "-nb")
    _, long = command.start("--port", "0", "--data-folder", "two", "--no-browser")

    for url in (short, long):
        assert httpx.get(f"{url}version", timeout=30).json() == "Online"
    assert (command.folder / "one" / "studio").is_dir()
    assert (command.folder / "two" / "studio").is_dir()
    assert command.run("-v").stdout.startswith("DebiAI Studio")
