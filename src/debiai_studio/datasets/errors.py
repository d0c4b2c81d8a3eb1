"""Why samples cannot be read or changed.

StudioError
├── NotFound
│   ├── UnknownSamples     no such ids in the project
│   ├── UnknownModel       no such model in the project
│   └── UnknownData        the ids of a deleted project are gone
├── Invalid
│   ├── MissingSampleId    a row without an id
│   ├── NoSuchColumns      rows name columns that the project does not have
│   ├── UnsuitableValues   values do not fit their column
│   └── TooManyResults     models would have more results than a project takes
├── Conflict
│   └── DataChanged        it changed while it was read
└── Unavailable
    └── LostChange         the files of a recorded change are missing
"""

from __future__ import annotations

from difflib import get_close_matches

from debiai_studio.errors import Conflict, Invalid, NotFound, Unavailable
from debiai_studio.projects.model import ProjectRef

_SHOWN = 5


class UnknownSamples(NotFound):
    """Some ids are not in the project; nothing was done."""

    code = "datasets.unknown_samples"
    title = "Unknown samples"

    def __init__(self, first: list[str | int], count: int) -> None:
        shown = ", ".join(f'"{id_}"' for id_ in first[:_SHOWN])
        more = f" and {count - _SHOWN} more" if count > _SHOWN else ""
        super().__init__(f"There are no samples {shown}{more} in this project.")
        self.first = first
        self.count = count


class UnknownModel(NotFound):
    """The project has no such model."""

    code = "datasets.unknown_model"
    title = "Unknown model"

    def __init__(self, model_id: str, known: list[str]) -> None:
        near = get_close_matches(model_id, known, 1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        super().__init__(f'This project has no model "{model_id}".{hint}')
        self.model_id = model_id


class UnknownData(NotFound):
    """The project is gone, and its ids with it."""

    code = "datasets.unknown_data"
    title = "Data gone"

    def __init__(self, project_key: int) -> None:
        super().__init__(f"The project that held these samples was deleted (number {project_key}).")
        self.project_key = project_key


class MissingSampleId(Invalid):
    """A row has no sample id."""

    code = "datasets.missing_sample_id"
    title = "Sample id missing"

    def __init__(self, position: int) -> None:
        super().__init__(f"Row {position + 1} has no sample id; every sample needs one.")
        self.position = position


class NoSuchColumns(Invalid):
    """Rows name columns that the project does not have, or lack the id column."""

    code = "datasets.no_such_columns"
    title = "Columns do not fit"

    def __init__(self, names: list[str], known: list[str], *, missing: bool = False) -> None:
        listed = ", ".join(f'"{name}"' for name in names)
        near = get_close_matches(names[0], known, 1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        super().__init__(
            f"The rows lack the id column {listed}."
            if missing
            else f"This project has no column {listed}.{hint}"
        )
        self.names = names


class UnsuitableValues(Invalid):
    """Values do not fit the type of their column."""

    code = "datasets.unsuitable_values"
    title = "Values do not fit"

    def __init__(self, column: str, expected: str, reason: str) -> None:
        super().__init__(f'Column "{column}" holds {expected} values: {reason}')
        self.column = column


class TooManyResults(Invalid):
    """Models would have more results than a project takes; nothing was changed."""

    code = "datasets.too_many_results"
    title = "Too many results"

    def __init__(self, names: list[str], most: int) -> None:
        shown = ", ".join(f'"{name}"' for name in names[:_SHOWN])
        super().__init__(
            f"With {shown} the models of this project would have more than {most} results. "
            "Send fewer names, the same in each answer."
        )
        self.names = names
        self.most = most


class DataChanged(Conflict):
    """Data changed between two reads, or between reading it and a change that rests on that."""

    code = "datasets.changed"
    title = "Data changed"

    def __init__(self, ref: ProjectRef | None = None) -> None:
        named = f'The data of "{ref.project}"' if ref else "The data"
        super().__init__(f"{named} changed while it was read; ask again.")


class LostChange(Unavailable):
    """A change is recorded, but its files are gone: the folder was restored in part."""

    code = "datasets.lost_change"
    title = "Data incomplete"

    def __init__(self, folder: str, data_version: int) -> None:
        super().__init__(
            f"Change {data_version} of the project in the folder {folder} is missing on disk; "
            "restore the whole data folder from one backup, or import the project again."
        )
        self.folder = folder
        self.data_version = data_version
