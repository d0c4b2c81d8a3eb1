"""The JSON Schemas (draft 2020-12) of the documents that leave; one file each in ``schemas``."""

from __future__ import annotations

from pathlib import Path

from debiai_studio.exports.errors import UnknownSchema

_FOLDER = Path(__file__).parent / "schemas"


def schema_names() -> list[str]:
    """The names of all schemas, in order."""
    return sorted(path.stem for path in _FOLDER.glob("*.json"))


def read_schema(name: str) -> bytes:
    """The file of one schema. Raises UnknownSchema."""
    known = schema_names()
    if name not in known:
        raise UnknownSchema(name, known)
    return (_FOLDER / f"{name}.json").read_bytes()
