"""``debiai start`` without a terminal: it serves, or ends with one sentence and leaves nothing."""

from __future__ import annotations

import signal
import socket
import sys

import httpx
import pytest


def get(url: str) -> object:
    return httpx.get(url, timeout=30).json()


def assert_refused(done, *words: str) -> None:
    assert done.returncode == 1
    (sentence,) = done.stderr.strip().splitlines()
    assert sentence.endswith(".")
    for word in words:
        assert word in sentence


def test_port_0_is_any_free_port_and_the_real_one_is_printed(command):
    _, first = command.start("--port", "0", "-d", "a")
    _, second = command.start("--port", "0", "-d", "b")

    assert first != second
    for url in (first, second):
        assert not url.endswith(":0/")
        assert get(f"{url}health") == {"status": "ok"}


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_a_low_limit_of_open_files_is_raised_as_far_as_the_system_allows(command):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        process, _ = command.start("--port", "0")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    soft, hard = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
    assert hard == before[1]
    assert soft > 256


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order_and_the_folder_is_free_again(command, how):
    process, _ = command.start("--port", "0")

    process.send_signal(how)

    assert process.wait(30) in (0, 130, -signal.SIGTERM, -signal.SIGINT)
    assert "Traceback" not in command.stderr()
    _, url = command.start("--port", "0")
    assert get(f"{url}api/v2/projects") == []


def test_a_file_that_is_named_becomes_a_project(command):
    (command.folder / "flights.csv").write_text("id,x\na,1\nb,2\n")

    process, url = command.start("flights.csv", "--port", "0")

    for line in process.stdout:
        if "flights.csv: " in line:
            break
    assert "2 samples" in line
    (project,) = get(f"{url}api/v2/projects")
    assert (project["project"], project["n_samples"]) == ("flights", 2)


def test_a_port_that_is_taken_is_named_and_nothing_is_made(command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command.run("start", "--no-browser", "--port", str(port))

    assert_refused(done, f"Port {port} of 127.0.0.1", "--port")
    assert list(command.folder.iterdir()) == []


def test_a_data_folder_in_use_is_refused_to_a_second_server(command):
    command.start("--port", "0")
    _, url = command.start("--port", "0", "-d", "another")

    done = command.run("start", "--no-browser", "--port", "0")

    assert_refused(done, "uses the data folder", "debiai_data", "--data-folder")
    assert get(f"{url}health") == {"status": "ok"}


def test_a_data_folder_that_is_no_folder_is_named(command):
    (command.folder / "taken").write_text("")

    done = command.run("start", "--no-browser", "--port", "0", "-d", "taken")

    assert_refused(done, "taken", "--data-folder")


def test_an_unknown_file_ends_the_start_before_anything_is_made(command):
    done = command.run("start", "nothing.csv", "--no-browser", "--port", "0")

    assert_refused(done, '"nothing.csv"')
    assert list(command.folder.iterdir()) == []


def test_a_method_that_cannot_work_ends_the_start_with_its_name(command):
    (command.folder / "config.ini").write_text("[EXPORT_METHODS_LIST]\nx = post, not-a-url\n")

    done = command.run("start", "--no-browser", "--port", "0", "--config", "config.ini")

    assert_refused(done, "not-a-url")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe[SERVER]", ["config.ini"]),
        (b"port = 3", ["config.ini"]),
        (b"[SERVER]\ninsecure = perhaps\n", ["config.ini", "perhaps"]),
        (b"[EXPORT_METHODS_LIST]\nx = carrier pigeon, http://localhost/\n", ["carrier pigeon"]),
        (None, ["config.ini", "debiai config init"]),
    ],
)
def test_a_config_that_cannot_be_read_is_named_and_nothing_is_made(command, content, words):
    path = command.folder / "config.ini"
    if content is not None:
        path.write_bytes(content)

    done = command.run("start", "--no-browser", "--port", "0", "--config", "config.ini")

    assert_refused(done, *words)
    left = {each.name for each in command.folder.iterdir()} - {"config.ini"}
    assert not any("catalogue" in str(each) for each in command.folder.rglob("*"))
    assert left <= {"debiai_data"}


def test_the_version_is_told(command):
    done = command.run("--version")

    assert (done.returncode, done.stdout.split()[:2]) == (0, ["DebiAI", "Studio"])
