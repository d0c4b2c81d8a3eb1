"""Why a folder cannot be brought in.

StudioError
└── NotFound
    └── NotDebiaiFolder
"""

from __future__ import annotations

from pathlib import Path

from debiai_studio.errors import NotFound


class NotDebiaiFolder(NotFound):
    """It has none of DebiAI's files."""

    code = "debiai_folder.not_one"
    title = "No folder of DebiAI"

    def __init__(self, folder: Path, wanted: tuple[str, ...]) -> None:
        super().__init__(
            f"{folder} is no data folder of DebiAI: it has none of {', '.join(wanted)}. "
            "Name the folder that DebiAI was started with."
        )
        self.folder = folder
