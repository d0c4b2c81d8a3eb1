"""Imports data that was named on the command line, and tells how it goes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from debiai_studio.sources.errors import MissingPath
from debiai_studio.sources.service import ColumnDraft, ImportJob, ImportRequest, Sources

_LOOK_SECONDS = 0.1
_TELL_SECONDS = 2.0


def require_there(named: str) -> None:
    """Return when a file or folder exists, or an address is named. Raises MissingPath."""
    is_address = named.lower().startswith(("http://", "https://"))
    if not is_address and not Path(named).expanduser().exists():
        raise MissingPath(named)


def import_file(
    sources: Sources,
    file_id: str,
    *,
    project: str | None = None,
    columns: list[ColumnDraft] | None = None,
) -> str | None:
    """Import one file; the page of the new project, or None when it failed.

    Raises the errors of ``Sources.inspect`` and ``Sources.start``.
    """
    found = sources.inspect(file_id, _Teller())
    request = ImportRequest(
        file_id=file_id,
        project=project or found.project,
        id_column=found.id_column,
        columns=columns,
    )
    ended = _watched(sources, sources.start(request))
    if ended.state != "done":
        reason = (ended.error or {}).get("detail", ended.state)
        print(f"{found.name}: {reason}", flush=True)
        return None
    print(f"{found.name}: {ended.rows:,} samples in the project “{ended.project}”", flush=True)
    return f"/p/local/{quote(ended.project, safe='')}"


def _watched(sources: Sources, job: ImportJob) -> ImportJob:
    print(f"Importing {job.file} …", flush=True)
    tell = _Teller()
    while job.state in ("waiting", "running"):
        time.sleep(_LOOK_SECONDS)
        job = sources.job(job.id)
        tell({"step": job.step, "fraction": job.fraction, "rows": job.rows})
    return job


class _Teller:
    """Prints progress, not more often than a person reads."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, progress: dict[str, Any]) -> None:
        if time.monotonic() - self._told > _TELL_SECONDS:
            self._told = time.monotonic()
            fraction = progress["fraction"]
            share = "" if fraction is None else f", {fraction:.0%}"
            print(f"  {progress['step']}: {progress['rows']:,} rows{share}", flush=True)
