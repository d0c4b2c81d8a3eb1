from __future__ import annotations

from tests.datasets.conftest import studio

__all__ = ["studio"]
