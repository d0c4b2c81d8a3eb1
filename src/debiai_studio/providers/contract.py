"""What data providers answer, in either dialect, made into one shape.

Each function raises OffContractError with what is wrong.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from debiai_studio.providers.model import (
    Id,
    Info,
    Limits,
    RemoteColumn,
    RemoteModel,
    RemoteProject,
    RemoteSelection,
    Structure,
)

_LARGEST = 2**63
_DELETABLE = ("projects", "selections", "models")


class OffContractError(Exception):
    """An answer is not what the contract says."""


def info(document: Any) -> Info:
    """Of ``/info``; what is left out has the contract's default."""
    found = _object(document, "it")
    default = Limits()
    may = found.get("canDelete")
    allowed = may if isinstance(may, dict) else {}
    version = found.get("version")
    return Info(
        version=None if version is None else str(version),
        limits=Limits(
            ids=_count(found.get("maxSampleIdByRequest")) or default.ids,
            rows=_count(found.get("maxSampleDataByRequest")) or default.rows,
            results=_count(found.get("maxResultByRequest")) or default.results,
        ),
        can_delete=frozenset(what for what in _DELETABLE if allowed.get(what, True) is True),
    )


def projects(document: Any) -> list[RemoteProject]:
    """Of ``/projects``: an object by id, or a list of objects with an id."""
    if isinstance(document, list):
        by_id = {_id_text(_object(one, "a project").get("id")): one for one in document}
    else:
        by_id = _object(document, "the list of projects")
    return [_project(id_, one or {}) for id_, one in by_id.items()]


def _project(id_: str, document: Any) -> RemoteProject:
    found = _object(document, f'the project "{id_}"')
    counts = _object(found.get("metrics") or {}, "its metrics") | found
    return RemoteProject(
        id=id_,
        name=str(found.get("name") or id_),
        n_samples=_count(counts.get("nbSamples")),
        n_models=_count(counts.get("nbModels")),
        n_selections=_count(counts.get("nbSelections")),
        created=moment(found.get("creationDate")),
        updated=moment(found.get("updateDate")),
    )


def structure(document: Any) -> Structure:
    """Of ``/projects/{project}``."""
    found = _object(document, "it")
    counts = _object(found.get("metrics") or {}, "its metrics") | found
    # The second name is DebiAI 1.0's; projects without models may have neither.
    results = found.get("expectedResults") or found.get("resultStructure") or []
    name = found.get("name")
    return Structure(
        name=None if name is None else str(name),
        columns=_columns(found.get("columns"), "column"),
        results=_columns(results, "expected result"),
        n_samples=_count(counts.get("nbSamples")),
        updated=moment(found.get("updateDate")),
    )


def _columns(document: Any, what: str) -> list[RemoteColumn]:
    columns = []
    for place, one in enumerate(_list(document, f"its {what}s"), 1):
        found = _object(one, f"{what} {place}")
        name = found.get("name")
        if not isinstance(name, str) or not name:
            raise OffContractError(f"{what} {place} has no name")
        # DebiAI 1.0 has them one level deeper.
        deeper = _object(found.get("metadata") or {}, f'the metadata of "{name}"')
        group = found.get("group") or deeper.get("group") or None
        columns.append(
            RemoteColumn(
                name=name,
                type=str(found.get("type") or "auto").lower(),
                category=str(found.get("category") or deeper.get("category") or "other").lower(),
                group=None if group is None else str(group),
            )
        )
    return columns


def ids(document: Any) -> list[Id]:
    """A list of ids in the type that they have; decimals that are whole are whole numbers."""
    found: list[Id] = []
    for one in _list(document, "it"):
        if isinstance(one, float) and one.is_integer():
            found.append(int(one))
        elif isinstance(one, str | int) and not isinstance(one, bool):
            found.append(one)
        else:
            raise OffContractError(f"{str(one)[:60]!r} is no id")
    return found


def rows(document: Any) -> dict[str, Any]:
    """Values by id as text; DebiAI 1.0 puts them into ``data``."""
    found = _object(document, "it")
    inner = found.get("data")
    if isinstance(inner, dict) and set(found) <= {"data", "dataMap"}:
        return inner
    return found


def models(document: Any) -> list[RemoteModel]:
    """The models, without the ids of their results."""
    return [
        RemoteModel(
            id=_id_text(one.get("id")),
            name=str(one.get("name") or one.get("id")),
            metadata=_object(one.get("metadata") or {}, "a model's metadata"),
            n_results=_count(one.get("nbResults")),
        )
        for one in (_object(each, "a model") for each in _list(document, "it"))
    ]


def selections(document: Any) -> list[RemoteSelection]:
    """The selections, without the ids of their samples."""
    return [
        RemoteSelection(id=_id_text(one.get("id")), name=str(one.get("name") or one.get("id")))
        for one in (_object(each, "a selection") for each in _list(document, "it"))
    ]


def moment(value: Any) -> str | None:
    """A date as ISO 8601 in UTC: the contract's are milliseconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            told = datetime.fromtimestamp(value / 1000, UTC)
        except (OverflowError, OSError, ValueError):
            return str(value)
        return told.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value if isinstance(value, str) and value else None


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < _LARGEST and value == int(value) else None


def _id_text(value: Any) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
        raise OffContractError("one has no id")
    return str(value)


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise OffContractError(f"{what} is no object")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise OffContractError(f"{what} is no list")
    return value
