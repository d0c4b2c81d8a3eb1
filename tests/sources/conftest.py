from __future__ import annotations

import pytest
from tests.sources.studio import Studio


@pytest.fixture
def studio(tmp_path):
    opened = Studio(tmp_path / "studio")
    yield opened
    opened.close()
