"""What is left of deleted projects: first the values go, then the ids, once nothing needs them.

The catalogue says what is left before files are removed: what a crash leaves lying is removed by
the next call.
"""

from __future__ import annotations

import shutil
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select, update

from debiai_studio.storage.catalogue import moments
from debiai_studio.storage.catalogue.needed_data import (
    needed_ids,
    needed_values,
    revoke_addresses,
)
from debiai_studio.storage.catalogue.tables import folders_to_remove, projects
from debiai_studio.storage.samples.id_file import IDS

# What the description of a data set has beside what the ids need.
_DESCRIBED = (
    "id_name",
    "sample_columns",
    "result_columns",
    "models",
    "next_sample_no",
    "n_deleted",
    "data_version",
)


def keep_aside(connection: Connection, project_key: int, reason: str) -> None:
    """Note what is there of a project whose row is about to be removed."""
    revoke_addresses(connection, project_key, moments.now())
    row = connection.execute(select(projects).where(projects.c.key == project_key)).mappings().one()
    connection.execute(
        insert(folders_to_remove).values(
            folder=row["folder"],
            reason=reason,
            project_key=project_key,
            id_type=row["id_type"],
            segments=row["segments"],
            data_set={name: row[name] for name in _DESCRIBED},
        )
    )


def ids_kept(connection: Connection, project_key: int) -> RowMapping | None:
    """Where the ids of a deleted project are, while they are."""
    query = select(folders_to_remove).where(folders_to_remove.c.project_key == project_key)
    return connection.execute(query).mappings().one_or_none()


def data_kept(connection: Connection, project_key: int) -> dict[str, Any] | None:
    """The data set of a deleted project, while its values are there."""
    row = ids_kept(connection, project_key)
    if row is None or row["data_set"] is None:
        return None
    kept = {name: row[name] for name in ("folder", "id_type", "segments")}
    return {**row["data_set"], **kept, "key": project_key}


def remove_values(engine: Engine, projects_folder: Path, project_key: int) -> None:
    """Give back the space of one deleted project, but for its ids, unless a table waits."""
    of_it = folders_to_remove.c.project_key == project_key
    with engine.begin() as connection:
        if project_key in needed_values(connection):
            return
        connection.execute(update(folders_to_remove).where(of_it).values(data_set=None))
        folder = connection.scalar(select(folders_to_remove.c.folder).where(of_it))
    if folder is not None:
        keep_only(projects_folder / folder, {IDS})


def remove_folders(engine: Engine, projects_folder: Path) -> set[int]:
    """Give back what no delivery needs; the keys of the projects that something was taken of.

    What is sent or accepted meanwhile is safe: needs are looked up in the transaction that takes
    the data out.
    """
    key = folders_to_remove.c.project_key
    with engine.begin() as connection:
        with_values = needed_values(connection)
        with_ids = needed_ids(connection, moments.now()) | with_values
        rows = connection.execute(select(folders_to_remove).with_for_update()).all()
        gone = {row.project_key for row in rows} - with_ids
        emptied = {row.project_key for row in rows if row.data_set is not None} - with_values
        connection.execute(delete(folders_to_remove).where(key.in_(gone)))
        connection.execute(
            update(folders_to_remove).where(key.in_(emptied - gone)).values(data_set=None)
        )
    for row in rows:
        folder = projects_folder / row.folder
        if row.project_key in gone:
            shutil.rmtree(folder, ignore_errors=True)
        elif row.project_key not in with_values:
            keep_only(folder, {IDS})
    return gone | emptied


def keep_only(folder: Path, names: AbstractSet[str]) -> None:
    """Remove everything else in a folder; a database that is closed meanwhile removes files too."""
    for path in folder.iterdir() if folder.exists() else ():
        if path.name not in names:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
