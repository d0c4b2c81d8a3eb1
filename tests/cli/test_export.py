"""``debiai export`` and ``debiai_studio.connect`` against a real server and a real receiver."""

from __future__ import annotations

import json
import stat
import time

import pytest
from tests.cli.test_start import assert_refused
from tests.real.fixtures import receiver

import debiai_studio
from debiai_studio.client import DeliveryFailed, Refused, StillUnderWay
from debiai_studio.client.studio import Unknown, WhatToExport

__all__ = ["receiver"]

FAR = {"filters": {"op": "range", "id": "r", "column": "km", "min": "20"}}


@pytest.fixture
def server(command, receiver):
    """A server with one project and methods to receivers that answer in different ways."""
    (command.folder / "drives.csv").write_text("id,km\na,10\nb,20\né,30\n")
    methods = {
        name: f"post, {receiver.url(path)}, timeout=1"
        for name, path in [("Good", "/ok"), ("Refusing", "/redirect"), ("Busy", "/status/503")]
    }
    process, url = command.start(
        "--port", "0", "drives.csv",
        **{f"DEBIAI_EXPORT_METHOD_{name}": value for name, value in methods.items()},
    )  # fmt: skip
    for line in process.stdout:
        if line.startswith("drives.csv: "):
            break
    return url


@pytest.fixture
def studio(server, command):
    with debiai_studio.connect(data_folder=command.folder / "debiai_data") as studio:
        yield studio


def test_what_a_rule_selects_arrives_before_the_command_ends(command, server, receiver):
    (command.folder / "far.json").write_text(json.dumps(FAR))

    done = command.run(
        "export", "drives", "Good", "--rule", "far.json", "--name", "Far", "--annotation", "look"
    )

    assert (done.returncode, done.stderr) == (0, "")
    first, *_, last = done.stdout.splitlines()
    (received,) = receiver.received("/ok")
    assert first == f"accepted as {received.id}, 2 samples"
    assert last == "delivered"
    document = json.loads(received.body)
    assert document["sample_ids"] == [{"id": "b"}, {"id": "é"}]
    assert (document["selection_name"], document["annotation"]) == ("Far", "look")


def test_listed_ids_arrive_and_the_same_key_is_the_same_delivery(command, server, receiver):
    (command.folder / "ids.txt").write_text("é\na\n")
    listed = ["export", "drives", "Good", "--ids", "ids.txt", "--key", "nightly-7"]

    first, second = command.run(*listed), command.run(*listed)

    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout.splitlines()[0] == second.stdout.splitlines()[0]
    (received,) = receiver.received("/ok")
    assert json.loads(received.body)["sample_ids"] == [{"id": "a"}, {"id": "é"}]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["Refusing"], 3, ["dead", "redirect"]),
        (["Busy", "--timeout", "1"], 4, ["retry after 1 seconds", "503"]),
    ],
)
def test_the_exit_status_tells_a_dead_delivery_from_one_under_way(
    command, server, arguments, status, words
):
    (command.folder / "ids.txt").write_text("a\n")

    done = command.run("export", "drives", *arguments, "--ids", "ids.txt")

    assert done.returncode == status
    for word in words:
        assert word in done.stderr


def test_without_waiting_it_ends_when_the_export_is_accepted(command, server):
    (command.folder / "ids.txt").write_text("a\n")

    done = command.run("export", "drives", "Busy", "--ids", "ids.txt", "--no-wait")

    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing", "Good", "--ids", "ids.txt"], ["project", "“nothing”", "“drives”"]),
        (["drives", "Best", "--ids", "ids.txt"], ["export method", "“Best”", "“Good”"]),
        (["drives", "Good", "--selection", "x"], ["selection", "“x”", "none"]),
        (["drives", "Good"], ["saved selection", "rule"]),
        (["drives", "Good", "--ids", "gone.txt"], ["gone.txt"]),
        (["drives", "Good", "--rule", "ids.txt"], ["ids.txt", "JSON"]),
        (["drives", "Good", "--ids", "other.txt"], ["nobody"]),
        (["drives", "Good", "--ids", "ids.txt", "--server", "http://127.0.0.1:9"], ["127.0.0.1:9"]),
        (["drives", "Good", "--ids", "ids.txt", "-d", "empty"], ["empty", "debiai start"]),
    ],
)
def test_what_cannot_be_exported_ends_with_one_sentence(
    command, server, receiver, arguments, words
):
    (command.folder / "ids.txt").write_text("a\n")
    (command.folder / "other.txt").write_text("nobody\n")

    assert_refused(command.run("export", *arguments), *words)
    assert receiver.received() == []


def test_a_script_exports_a_saved_selection_and_waits(studio, server, receiver):
    project = studio.project("drives")
    assert (studio.projects(), project.count(FAR)) == (["drives"], 2)
    studio._connection.post(
        "projects/local/drives/selections", {"name": "Far out", "rule": {**FAR}}
    )

    delivery = project.export("Good", selection="Far out").wait(30)

    (received,) = receiver.received("/ok")
    assert (delivery.id, delivery.state) == (received.id, "delivered")
    assert [one["outcome"] for one in delivery.attempts()] == ["delivered"]
    assert studio.delivery(delivery.id).record == delivery.record
    assert json.loads(received.body)["selection_name"] == "Far out"


def test_a_script_is_told_what_is_wrong_and_can_act_on_it(studio):
    project = studio.project("drives")
    with pytest.raises(DeliveryFailed, match="redirect") as dead:
        project.export("Refusing", ids=["a"]).wait(30)
    busy = project.export("Busy", ids=["a"])
    while busy.refresh().state != "retry":
        time.sleep(0.05)
    with pytest.raises(StillUnderWay, match=r"goes on: .*503"):
        busy.wait(0)
    with pytest.raises(Refused, match="nobody") as refused:
        project.export("Good", ids=["nobody"])
    with pytest.raises(WhatToExport):
        project.export("Good", ids=["a"], rule=FAR)
    with pytest.raises(Unknown, match="“drives”"):
        studio.project("none")

    assert dead.value.delivery.state == "dead"
    assert busy.cancel().refresh().state == "cancelled"
    assert (refused.value.status, refused.value.code) == (404, "datasets.unknown_samples")


def test_only_the_owner_can_read_where_the_server_is_and_it_goes_with_the_server(command):
    told = command.folder / "debiai_data" / "studio" / "server.json"
    process, url = command.start("--port", "0", DEBIAI_TOKEN="a" * 32)
    with debiai_studio.connect(data_folder=command.folder / "debiai_data") as studio:
        assert (studio.projects(), f"{studio.url}/") == ([], url)
    assert stat.S_IMODE(told.stat().st_mode) == 0o600

    process.terminate()

    assert process.wait(30) == 0
    assert not told.exists()


def test_a_script_exports_a_version_and_compares_it_with_another(studio, receiver):
    drives = studio.project("drives")
    for low in ("20", "10"):
        rule = {"filters": {**FAR["filters"], "min": low}}
        drives._connection.post(f"{drives._path}/selections", {"name": "Far off", "rule": rule})

    drives.export("Good", selection="Far off@1").wait(30)

    (received,) = receiver.received("/ok")
    assert json.loads(received.body)["sample_ids"] == [{"id": "b"}, {"id": "é"}]
    assert [one["version"] for one in drives.versions("Far off")] == [2, 1]
    found = drives.compare("Far off@1", "far-off")
    assert (found["n_added"], found["n_removed"], found["n_same"]) == (1, 0, 2)
    with pytest.raises(Unknown, match="Far off"):
        drives.export("Good", selection="Gone@1")


def test_a_script_runs_a_stream_and_is_told_what_became_of_it(studio, receiver):
    drives = studio.project("drives")
    [method] = [one for one in studio.methods() if one["name"] == "Good"]
    draft = {"name": "Far off", "rule": FAR, "method_id": method["id"]}
    drives._connection.post(f"{drives._path}/streams", draft)

    sent = drives.run_stream("Far off")
    studio.delivery(sent["delivery_id"]).wait(30)
    again = drives.run_stream("Far off")
    full = drives.resend_stream(drives.streams()[0]["id"])
    studio.delivery(full["delivery_id"]).wait(30)

    assert [one["outcome"] for one in (sent, again, full)] == ["sent", "unchanged", "sent"]
    documents = [json.loads(one.body) for one in receiver.received("/ok")]
    assert [one["sequence"] for one in documents] == [1, 2]
    assert [one["added"] for one in documents] == 2 * [[{"id": "b"}, {"id": "é"}]]
    assert drives.streams()[0]["confirmed"]["sequence"] == 2
    with pytest.raises(Unknown, match="Far off"):
        drives.run_stream("Gone")


def test_a_script_reads_what_came_back(studio, server, receiver):
    draft = {
        "name": "Labelling",
        "type": "post",
        "parameters": [receiver.url("/labels")],
        "options": {"answers": "results"},
    }
    studio._connection.post("export-methods", draft)

    delivery = studio.project("drives").export("Labelling", rule=FAR).wait(30)

    until = time.monotonic() + 30
    while [one["state"] for one in delivery.answers()] != ["applied"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert delivery.answers()[0]["columns"] == ["label"]
