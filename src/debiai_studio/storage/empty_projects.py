"""Makes projects that get their columns and samples later."""

from __future__ import annotations

import secrets

from debiai_studio.datasets.model import ColumnType
from debiai_studio.projects.model import Project, ProjectRef
from debiai_studio.storage.catalogue.projects import ProjectStore
from debiai_studio.storage.samples.writer import SampleWriter


class EmptyProjects:
    """Projects without columns and samples."""

    def __init__(self, store: ProjectStore) -> None:
        self._store = store

    def __call__(
        self,
        ref: ProjectRef,
        *,
        origin: str,
        id_name: str,
        id_type: ColumnType = ColumnType.TEXT,
        name: str | None = None,
        created_at: str | None = None,
    ) -> Project:
        """The project, made now or before; when the id is taken, it gets ``-2``.

        ``name`` None: its id.
        """
        staging = self._store.staging_folder / secrets.token_hex(8)
        writer = SampleWriter(staging, id_type, [], [], [])
        try:
            written = writer.finish()
        except BaseException:
            writer.abort()
            raise
        return self._store.create(
            ref,
            staging,
            written,
            origin=origin,
            id_name=id_name,
            id_type=id_type,
            name=name,
            sample_columns=[],
            result_columns=[],
            models=[],
            created_at=created_at,
        )
