"""What every test shares: the order in which they run."""

from __future__ import annotations

from pathlib import Path

E2E = Path(__file__).parent / "e2e"


def pytest_collection_modifyitems(items):
    """Browser tests come last: Playwright keeps an event loop running in the main thread."""
    items.sort(key=lambda item: E2E in item.path.parents)
