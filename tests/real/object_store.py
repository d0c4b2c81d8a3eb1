"""moto's server in a process of its own, so that its memory is not that of the test."""

from __future__ import annotations

import subprocess
import sys
import time

from moto.server import ThreadedMotoServer


class ObjectStore:
    """Starts the program; ``url`` is where it speaks S3."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.url = self._process.stdout.readline().strip()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._process.stdout.close()


if __name__ == "__main__":
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    while True:
        time.sleep(60)
