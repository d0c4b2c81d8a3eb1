"""Sees that catalogue and data folder belong together: what no row names is removed at the start.

Both keep the same mark from their first start on. A folder or catalogue without one is taken when
the projects of the one are those of the other.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sqlalchemy import Engine, insert, select

from debiai_studio.storage.catalogue.errors import CatalogueOfOthers
from debiai_studio.storage.catalogue.projects import PROJECTS
from debiai_studio.storage.catalogue.tables import belonging, projects
from debiai_studio.storage.samples.id_file import sync_folder

MARK = "catalogue.mark"


def join(engine: Engine, studio_folder: Path) -> None:
    """Return when both belong together. Raises CatalogueOfOthers; then nothing was changed."""
    file = studio_folder / MARK
    of_folder = file.read_text() if file.exists() else None
    with engine.begin() as connection:
        of_catalogue = connection.scalar(select(belonging.c.id))
        if of_folder is not None and of_folder == of_catalogue:
            return
        named = set(connection.scalars(select(projects.c.folder)))
        if of_folder is not None or not _fit(named, studio_folder / PROJECTS):
            raise CatalogueOfOthers(engine.url, studio_folder.parent)
        if of_catalogue is None:
            of_catalogue = secrets.token_hex(16)
            connection.execute(insert(belonging).values(id=of_catalogue))
    _write(file, of_catalogue)


def _fit(named: set[str], folder: Path) -> bool:
    there = {path.name for path in folder.iterdir()} if folder.exists() else set()
    return named <= there and bool(named or not there)


def _write(file: Path, mark: str) -> None:
    partial = file.with_suffix(".partial")
    with partial.open("w") as new:
        new.write(mark)
        new.flush()
        os.fsync(new.fileno())
    partial.replace(file)
    sync_folder(file.parent)
