"""Chromium, the built page, and servers as a person starts them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.e2e.flights import demo_table
from tests.e2e.pages import WAIT
from tests.e2e.server import Studio
from tests.e2e.small import write_small
from tests.real.fixtures import kafka_broker, receiver

__all__ = ["kafka_broker", "receiver"]

ROOT = Path(__file__).parents[2]
# A loaded machine takes its time for anything.
expect.set_options(timeout=WAIT)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items):
    """Every test of this folder drives Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Debian's Chromium; without it the tests are skipped, but never in CI."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sentence = "The page's tests need Chromium: apt-get install chromium."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return {"executable_path": chromium, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args():
    """The same page on every machine."""
    return {
        "locale": "en-GB",
        "timezone_id": "UTC",
        "reduced_motion": "reduce",
        "color_scheme": "light",
        "viewport": {"width": 1440, "height": 900},
    }


@pytest.fixture(scope="session")
def built_page():
    """The page as it is now; quick when nothing has changed."""
    subprocess.run([sys.executable, "scripts/build_page.py"], cwd=ROOT, check=True)


@pytest.fixture(scope="session")
def flights():
    """The demo's table as a file, made once and kept in the user's cache."""
    return demo_table()


@pytest.fixture(scope="session")
def drives(built_page, tmp_path_factory):
    """A server with the small table, for tests that leave it as it is."""
    folder = tmp_path_factory.mktemp("drives")
    studio = Studio(folder, "start", str(write_small(folder))).start()
    studio.wait_for_project("drives")
    yield studio
    studio.stop()


@pytest.fixture
def start(built_page, tmp_path):
    """Starts servers that end with the test."""
    started = []

    def run(*arguments: str, name: str = "server", **environment: str) -> Studio:
        studio = Studio(tmp_path / name, *arguments, **environment)
        started.append(studio)
        return studio.start()

    yield run
    for studio in started:
        studio.stop()
