"""A real PostgreSQL of the tests' own: on loopback, in a folder of its own, ended at the end."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

PATIENCE = 30.0
TRIES = 5


class Missing(RuntimeError):  # noqa: N818 - says what is the matter
    """PostgreSQL cannot run here."""


class Postgresql:
    """One server. It never runs as root: then as ``postgres``, whom the package brings along."""

    def __init__(self, encoding: str = "UTF8") -> None:
        self._programs = _programs()
        self._user = _user()
        self.folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
        self.folder.chmod(0o700)
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._data = self.folder / "data"
        self._run(
            "initdb", "-D", self._data, "-U", "studio", "-A", "trust", "-E", encoding,
            "--locale=C", "--no-sync", "--no-instructions",
        )  # fmt: skip
        for _ in range(TRIES):
            self.port = _free_port()
            if self.start():
                return
        raise Missing((self.folder / "log").read_text())

    def new_database(self, template: str = "template1") -> str:
        """The address of an empty database."""
        name = f"studio_{secrets.token_hex(6)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._address(name)

    def start(self) -> bool:
        """Whether it answers at its port; False when it ended, which a taken port may cause."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "off",
        }
        options = [text for key, value in settings.items() for text in ("-c", f"{key}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *options],
                stdout=log,
                stderr=log,
                **self._as_user(),
            )
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None:
            try:
                psycopg.connect(self._address("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    self.stop()
                    raise
                time.sleep(0.02)
            else:
                return True
        return False

    def stop(self) -> None:
        """End it at once; clients lose their connections."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # which PostgreSQL calls fast
            self._process.wait(PATIENCE)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _address(self, database: str) -> str:
        return f"postgresql://studio@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            check=False,
            capture_output=True,
            text=True,
            **self._as_user(),
        )
        if done.returncode != 0:
            raise Missing(f"{program} failed: {done.stderr}")

    def _as_user(self) -> dict[str, object]:
        if self._user is None:
            return {"cwd": self.folder}
        user = self._user
        return {"cwd": self.folder, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _programs() -> Path:
    """Where ``initdb`` and ``postgres`` are; Debian keeps them off PATH."""
    found = shutil.which("initdb")
    places = [*([Path(found).resolve()] if found else [])]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if not places:
        raise Missing("PostgreSQL is not installed: apt-get install postgresql brings it.")
    return places[0].parent


def _user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError as error:
        raise Missing("PostgreSQL does not run as root, and there is no user postgres.") from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
