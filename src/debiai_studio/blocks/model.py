"""How the samples of a project are blocks: levels, their columns, and what models may give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from debiai_studio.datasets.model import Category, ColumnType, DataSet
from debiai_studio.datasets.shape import NewColumn

Level = dict[str, Any]
ExpectedResult = dict[str, Any]

# In the order of a row's values, by DebiAI's names.
CATEGORIES = {
    "groundTruth": Category.GROUNDTRUTH,
    "contexts": Category.CONTEXT,
    "inputs": Category.INPUT,
    "others": Category.OTHER,
}
# A column of numbers holds whole ones until the first decimal comes.
TYPES = {
    "text": ColumnType.TEXT,
    "number": ColumnType.INTEGER,
    "boolean": ColumnType.BOOLEAN,
    "list": ColumnType.ARRAY,
    "dict": ColumnType.DICT,
}
NAMES = {
    ColumnType.TEXT: "text",
    ColumnType.TIME: "text",
    ColumnType.NUMBER: "number",
    ColumnType.INTEGER: "number",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.ARRAY: "list",
    ColumnType.DICT: "dict",
}


@dataclass(frozen=True, slots=True)
class BlockStructure:
    """The levels of blocks, the last one being that of samples, and the expected results.

    ``is_kept`` is false when nobody described blocks: the project was imported, its one level is
    named as its ids are, and the name of a block is the id.
    """

    levels: tuple[Level, ...] = ()
    expected: tuple[ExpectedResult, ...] | None = None
    is_kept: bool = True

    @classmethod
    def of_imported(cls, dataset: DataSet) -> BlockStructure:
        """What describes a project that was not made of blocks.

        Derived columns and tags are left out: nobody has to send them.
        """
        expected = tuple(
            {"name": column.name, "type": NAMES[column.type]}
            for column in dataset.result_columns
            if column.is_awaited
        )
        if not dataset.sample_columns and not dataset.next_sample_no:
            return cls(expected=expected or None)
        level: Level = {"name": dataset.id_name}
        for key, category in CATEGORIES.items():
            columns = [
                {"name": column.name, "type": NAMES[column.type]}
                | ({"group": column.group} if column.group else {})
                for column in dataset.sample_columns
                if column.category is category and column.is_awaited
            ]
            if columns:
                level[key] = columns
        return cls((level,), expected or None, is_kept=False)

    def described(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Each value of a row: the level's name, the category's, and the column's description.

        A level's own name, the first of its values, has no category.
        """
        for level in self.levels:
            yield level["name"], "", {"name": level["name"]}
            for category in CATEGORIES:
                for column in level.get(category, ()):
                    yield level["name"], category, column

    def columns(self, id_name: str) -> list[NewColumn]:
        """The sample columns in the order of a row's values.

        Of equal names, the later ones are told apart by the name of their level.
        """
        taken = {id_name}
        columns = []
        for level, category, column in self.described():
            name = _free_name(column["name"], level, taken)
            taken.add(name)
            type_ = TYPES[column["type"]] if category else ColumnType.TEXT
            place = CATEGORIES.get(category, Category.OTHER)
            columns.append(NewColumn(name, type_, place, column.get("group")))
        return columns

    def names(self, dataset: DataSet) -> Sequence[str | None]:
        """The sample columns' names in the order of a row's values; None is the id itself."""
        if self.is_kept:
            return [column.name for column in self.columns(dataset.id_name)]
        return [
            column["name"] if category else None for _level, category, column in self.described()
        ]


def _free_name(name: str, level: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        free = f"{name} ({level})" if number == 1 else f"{name} ({level} {number})"
        number += 1
    return free
