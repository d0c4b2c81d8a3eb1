"""Addresses on the command line, fetched from a real server on this machine."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from debiai_studio.egress import EgressRefused
from debiai_studio.sources.errors import AddressRefused, DownloadFailed

DATA = b"id,x\n1,2\n"


class Files(BaseHTTPRequestHandler):
    """Answers by path: data, redirects, errors, and a body that ends early."""

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", path.removeprefix("/to/"))
            self.end_headers()
        elif path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif path == "/none":
            self.send_error(404)
        else:
            self.send_response(200)
            length = len(DATA) + (100 if path == "/short.csv" else 0)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(DATA)

    def log_message(self, *_args):
        pass


@pytest.fixture
def address():
    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def uploads(studio):
    folder = studio.folder / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


def test_a_file_is_fetched_with_progress_and_named_by_its_address(studio, address):
    told = []

    (file_id,) = studio.sources.open_path(
        f"{address}/some/fl%69ghts.csv?v=1", lambda done, total: told.append((done, total))
    )

    found = studio.sources.inspect(file_id)
    assert (found.name, found.project, found.rows) == ("flights.csv", "flights", 1)
    assert told[-1] == (len(DATA), len(DATA))


def test_a_redirect_is_followed(studio, address):
    (file_id,) = studio.sources.open_path(f"{address}/to//a.csv")

    assert studio.sources.inspect(file_id).name == "a.csv"


@pytest.mark.parametrize(
    ("path", "error", "sentence"),
    [
        ("/none", DownloadFailed, "it answered 404 Not Found"),
        ("/loop", DownloadFailed, "redirects more than 5 times"),
        ("/short.csv", DownloadFailed, "could not be fetched"),
        ("/to/http://169.254.169.254/meta", EgressRefused, "never allowed"),
        ("/to/http://[::ffff:169.254.169.254]/meta", EgressRefused, "never allowed"),
        ("/to/file:///etc/passwd", AddressRefused, "only http and https"),
    ],
)
def test_what_cannot_be_fetched_is_said_and_leaves_nothing(studio, address, path, error, sentence):
    with pytest.raises(error, match=sentence):
        studio.sources.open_path(address + path)

    assert uploads(studio) == []


def test_link_local_addresses_are_never_fetched(studio):
    with pytest.raises(EgressRefused, match="never allowed"):
        studio.sources.open_path("http://169.254.169.254/latest/meta-data")


def test_a_server_that_is_not_there_is_said_to_be_unreachable(studio, address):
    port = int(address.rpartition(":")[2])
    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as closed:
        port = closed.server_port

    with pytest.raises(DownloadFailed, match="could not be fetched"):
        studio.sources.open_path(f"http://127.0.0.1:{port}/a.csv")
