"""Chromium without a GPU, as continuous integration and remote desktops have it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

# settled(start): milliseconds from start to the first of five quick frames in a row.
SETTLED = """
window.settled = async (start) => {
  let quick = 0, first = 0, last = performance.now()
  const until = last + 170000
  while (quick < 5 && performance.now() < until) {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)))
    const now = performance.now()
    if (now - last < 120) { if (!quick) first = now; quick++ } else quick = 0
    last = now
  }
  return (first || performance.now()) - start
}
"""


@contextmanager
def opened(*, extra: str = "") -> Iterator[Page]:
    """A page in a fresh profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        if extra:
            page.add_init_script(extra)
        yield page
        browser.close()
