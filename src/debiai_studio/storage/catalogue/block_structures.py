"""The structures of blocks in the catalogue."""

from __future__ import annotations

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from debiai_studio.blocks.model import BlockStructure
from debiai_studio.datasets.errors import UnknownData
from debiai_studio.storage.catalogue.tables import block_structures


class StructureStore:
    """Levels and expected results by the key of their project."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(read_only=True)

    def get(self, project_key: int) -> BlockStructure | None:
        """None when nobody described blocks."""
        query = select(block_structures).where(block_structures.c.project_key == project_key)
        with self._reading.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        expected = None if row.expected is None else tuple(row.expected)
        return BlockStructure(tuple(row.levels), expected)

    def put(self, project_key: int, structure: BlockStructure) -> None:
        """Keep it in the place of the one before. Raises UnknownData."""
        expected = None if structure.expected is None else list(structure.expected)
        values = {"levels": list(structure.levels), "expected": expected}
        known = block_structures.c.project_key == project_key
        try:
            with self._engine.begin() as connection:
                changed = connection.execute(update(block_structures).where(known).values(values))
                if not changed.rowcount:
                    row = {"project_key": project_key, **values}
                    connection.execute(insert(block_structures).values(row))
        except IntegrityError as error:
            raise UnknownData(project_key) from error
