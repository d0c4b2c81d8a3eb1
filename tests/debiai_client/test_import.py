"""A folder that DebiAI filled is brought in: our API answers what DebiAI's answered."""

from __future__ import annotations

import hashlib
import os
import subprocess

import httpx
import pytest
from tests.debiai_client.conftest import PROGRAM, Server
from tests.real.debiai_gui import DebiaiGui, gui_python
from tests.real.environments import skipped_if_missing

P = "/data-providers/json_block/projects"
NAMES = ("three levels", "odd types", "nothing in it")
LAYOUTS = [
    {
        "name": "Points and bars",
        "description": "the first one",
        "projectId": "three levels",
        "dataProviderId": "json_block",
        "layout": [
            {
                "widgetKey": "PointPlot",
                "x": 0,
                "y": 0,
                "width": 6,
                "height": 5,
                "config": {"columnX": "light", "columnY": "count", "bins": 0, "absolute": True},
                "name": "By light",
                "localFilters": [],
            },
            {"widgetKey": "TemplateFull", "x": 6, "y": 0, "width": 6, "height": 5},
        ],
        "selectedColorColumn": "label",
    },
    {
        "name": "three levels last layout",
        "description": "",
        "projectId": "three levels",
        "dataProviderId": "json_block",
        "layout": [],
        "lastLayoutSaved": True,
    },
]
CONFIGURATION = {
    "name": "Bars",
    "description": "of labels",
    "projectId": "three levels",
    "dataProviderId": "json_block",
    "configuration": {"columnX": "label", "plotType": "bar", "bins": 12},
}


def get(url, path):
    return httpx.get(f"{url}{path}", timeout=60).raise_for_status().json()


def post(url, path, body):
    return httpx.post(f"{url}{path}", json=body, timeout=60).raise_for_status()


def told(url: str) -> dict[str, object]:
    """What an API of DebiAI answers about everything in it, but for what each server chooses."""
    found: dict[str, object] = {}
    for name in NAMES:
        path = f"{P}/{name}"
        info = get(url, path)
        ids = post(url, f"{path}/dataIdList", {"analysis": None, "from": None, "to": None}).json()
        rows = post(url, f"{path}/blocksFromSampleIds", {"sampleIds": ids}).json()
        found[name] = {
            "columns": [(c["name"], c["category"], c.get("group")) for c in info["columns"]],
            "levels": [level["name"] for level in info["blockLevelInfo"]],
            "results": info["resultStructure"],
            "made": round(info["creationDate"]),
            "ids": ids,
            "rows": rows["data"],
            "models": {
                one["name"]: (
                    one["metadata"],
                    one["nbResults"],
                    round(one["creationDate"]),
                    post(
                        url, f"{path}/models/{one['id']}/getModelResults", {"sampleIds": ids}
                    ).json(),
                )
                for one in info["models"]
            },
            "selections": sorted(
                (
                    one["name"],
                    one["nbSamples"],
                    round(one["creationDate"]),
                    sorted(get(url, f"{path}/selections/{one['id']}")),
                )
                for one in info["selections"]
            ),
        }
    found["layouts"] = [without_id(one) for one in get(url, "/app/layouts/")]
    found["counts"] = get(url, "/app/widget-configurations/")
    kept = get(url, "/app/widgets/DistributionPlot/configurations")
    found["configurations"] = [without_id(one) for one in kept]
    return found


def without_id(one):
    return {name: value for name, value in one.items() if name != "id"}


def files(folder) -> dict[str, object]:
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None,
        )
        for path in sorted(folder.rglob("*"))
    }


def bring_in(source, target):
    kept = {name: value for name, value in os.environ.items() if "DEBIAI" not in name}
    command = [*PROGRAM, "import-debiai", source, "--data-folder", target]
    return subprocess.run(
        command,
        cwd=target.parent,
        env=kept,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def debiai(tmp_path_factory):
    """DebiAI itself; when it cannot be fetched the tests are skipped, but never in CI."""
    with skipped_if_missing():
        gui_python()
    gui = DebiaiGui(tmp_path_factory.mktemp("debiai"))
    yield gui
    gui.stop()


def test_what_debiai_s_client_put_into_debiai_is_answered_by_our_api(
    debiai, client, tmp_path_factory, new_server
):
    assert client(debiai.url, "fill_folder") == 240
    for layout in LAYOUTS:
        post(debiai.url, "/app/layouts/", layout)
    post(debiai.url, "/app/widgets/DistributionPlot/configurations", CONFIGURATION)
    expected = told(debiai.url)
    debiai.stop()
    before = files(debiai.data)
    target = tmp_path_factory.mktemp("ours")

    first = bring_in(debiai.data, target)
    again = bring_in(debiai.data, target)

    assert files(debiai.data) == before
    # Both are as the client's script made them: two selections of one name, text for a number.
    damages = first.stdout.partition("Damaged, changed or left out:\n")[2].strip().splitlines()
    assert (first.returncode, len(damages), first.stderr) == (3, 2, ""), first.stdout
    assert "odd types: " in damages[0]
    assert "came in as text" in damages[0]
    assert 'it came in as "Nights (2)"' in damages[1]
    assert "3 projects, 2 layouts and 1 widget configurations came in." in first.stdout
    assert "0 projects, 0 layouts and 0 widget configurations came in." in again.stdout
    server = Server(target).start()
    try:
        found = told(server.url)
    finally:
        server.kill()
    selections = found["three levels"]["selections"]
    renamed = [("Nights", *rest) for name, *rest in selections if name == "Nights (2)"]
    kept = [one for one in selections if one[0] != "Nights (2)"]
    found["three levels"]["selections"] = sorted([*kept, *renamed])
    for name in NAMES:
        for what, value in expected[name].items():
            assert (name, what, found[name][what]) == (name, what, value)
    assert found == expected
