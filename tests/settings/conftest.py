"""Settings as a server would find them at its start."""

from __future__ import annotations

import pytest

from debiai_studio.settings import load_settings


@pytest.fixture
def load(tmp_path):
    def load(file: str | bytes | None = None, environ=None, **cli):
        if file is not None:
            path = tmp_path / "debiai_data" / "config.ini"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(file if isinstance(file, bytes) else file.encode())
        return load_settings(cli, environ or {}, tmp_path)

    return load
