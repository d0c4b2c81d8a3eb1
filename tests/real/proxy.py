"""A forward proxy on loopback with an account of its own: CONNECT, and absolute addresses."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Proxy:
    """Passes on what asks with ``credentials`` (the value of Proxy-Authorization), if any."""

    def __init__(self, credentials: str | None = None) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_CONNECT(self) -> None:
                if not self._let_in():
                    return
                host, _, port = self.path.rpartition(":")
                with socket.create_connection((host, int(port))) as target:
                    self.send_response(200)
                    self.end_headers()
                    _pass_on(self.connection, target)
                self.close_connection = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not self._let_in():
                    return
                to = urlsplit(self.path)
                head = [f"POST {to.path} HTTP/1.1", "Connection: close"]
                head += [
                    f"{name}: {value}"
                    for name, value in self.headers.items()
                    if not name.lower().startswith(("proxy-", "connection"))
                ]
                with socket.create_connection((to.hostname, to.port)) as target:
                    target.sendall("\r\n".join([*head, "", ""]).encode() + body)
                    while answer := target.recv(65536):
                        self.wfile.write(answer)
                self.close_connection = True

            def _let_in(self) -> bool:
                asked.append(f"{self.command} {self.path}")
                if self.headers.get("Proxy-Authorization") == credentials:
                    return True
                self.send_response(407, "Proxy Authentication Required")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return False

            def log_message(self, *_args: object) -> None:
                """Nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            for source in select.select([one, other], [], [])[0]:
                chunk = source.recv(65536)
                if not chunk:
                    return
                (other if source is one else one).sendall(chunk)
