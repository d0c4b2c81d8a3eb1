"""A studio over one catalogue after the other."""

from __future__ import annotations

import pytest
from tests.datasets.studio import Studio
from tests.real.fixtures import catalogue_url, postgresql

__all__ = ["catalogue_url", "postgresql"]


@pytest.fixture
def studio(tmp_path, catalogue_url):
    opened = Studio(tmp_path / "studio", catalogue=catalogue_url)
    yield opened
    opened.close()
