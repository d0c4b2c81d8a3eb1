"""Why data could not be brought in.

StudioError
├── NotFound
│   ├── UnknownFile
│   ├── MissingPath          a path of the command line does not exist
│   └── UnknownJob
├── Invalid
│   ├── UnreadableFile       one class per thing that is wrong: file_errors.py
│   ├── InvalidImport        the request names something that is not there
│   └── AddressRefused       an address that is never fetched
├── Conflict
│   ├── JobEnded             nothing left to cancel
│   ├── InspectionCancelled
│   ├── MakingCancelled
│   └── FileInUse            an import under way reads the file
└── Unavailable
    ├── DiskFull
    ├── OutOfMemory
    ├── DownloadFailed
    ├── ReadingDied          a process ended without a word
    └── ImportDied
"""

from __future__ import annotations

from debiai_studio.errors import Conflict, Invalid, NotFound, Unavailable

LONGEST_TEXT = 200


def shortened(text: str) -> str:
    """``text`` cut to 200 characters."""
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"


class UnknownFile(NotFound):
    """There is no such uploaded file."""

    code = "sources.unknown_file"
    title = "Unknown file"

    def __init__(self, file_id: str) -> None:
        super().__init__(f'There is no file "{file_id}"; choose the file again.')
        self.file_id = file_id


class MissingPath(NotFound):
    """A path that was named does not exist."""

    code = "sources.missing_path"
    title = "No such file or folder"

    def __init__(self, path: str) -> None:
        super().__init__(f'There is no file or folder "{path}"; check the spelling.')
        self.path = path


class UnknownJob(NotFound):
    """There is no such import."""

    code = "sources.unknown_job"
    title = "Unknown import"

    def __init__(self, job_id: str) -> None:
        super().__init__(f'There is no import "{job_id}" since the server started.')
        self.job_id = job_id


class UnreadableFile(Invalid):
    """A file cannot be imported as it is; ``file`` is its name."""

    code = "sources.unreadable_file"
    title = "File cannot be read"

    def __init__(self, file: str, sentence: str) -> None:
        super().__init__(sentence)
        self.file = file


class InvalidImport(Invalid):
    """The request does not fit the file."""

    code = "sources.invalid_import"
    title = "Import not valid"


class AddressRefused(Invalid):
    """An address that is never fetched."""

    code = "sources.address_refused"
    title = "Address refused"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{shortened(url)} is not fetched: {reason}.")
        self.url = url


class JobEnded(Conflict):
    """The import has ended already."""

    code = "sources.job_ended"
    title = "Import has ended"

    def __init__(self, job_id: str, state: str) -> None:
        super().__init__(f"The import has ended already ({state}); there is nothing to cancel.")
        self.job_id = job_id
        self.state = state


class InspectionCancelled(Conflict):
    """The file was put away while it was looked at."""

    code = "sources.inspection_cancelled"
    title = "Inspection was cancelled"

    def __init__(self, file: str) -> None:
        super().__init__(f'"{file}" was put away while it was looked at; choose the file again.')
        self.file = file


class MakingCancelled(Conflict):
    """The data of a later import was being made when the person cancelled it."""

    code = "sources.making_cancelled"
    title = "Making the data was cancelled"

    def __init__(self, project: str) -> None:
        super().__init__(f'Making the data of "{project}" was cancelled; start again for it.')
        self.project = project


class FileInUse(Conflict):
    """An import under way reads the file."""

    code = "sources.file_in_use"
    title = "File is being imported"

    def __init__(self, file: str) -> None:
        super().__init__(f'"{file}" is being imported; cancel the import first.')
        self.file = file


class DiskFull(Unavailable):
    """There is no room for the data."""

    code = "sources.disk_full"
    title = "Disk is full"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The disk is full: {what} could not be kept, and nothing of it remains. "
            "Make room in the data folder, then try again."
        )


class OutOfMemory(Unavailable):
    """Reading a file takes more memory than one process may use."""

    code = "sources.out_of_memory"
    title = "Not enough memory"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Reading {what} takes more than half of this machine's memory, so it was stopped, "
            "and nothing of it remains. Write it with smaller values or row groups, then try again."
        )


class DownloadFailed(Unavailable):
    """An address could not be fetched."""

    code = "sources.download_failed"
    title = "Download failed"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{shortened(url)} could not be fetched: {reason}.")
        self.url = url


class ReadingDied(Unavailable):
    """The process that looked at a file ended without saying why."""

    code = "sources.reading_died"
    title = "Reading was ended"

    def __init__(self, file: str, exit_code: int) -> None:
        super().__init__(
            f'Reading "{file}" {_ended(exit_code)}. If memory ran out, make room; then choose the '
            "file again. If it happens again, the file is damaged: write it anew."
        )
        self.exit_code = exit_code


class ImportDied(Unavailable):
    """The import process ended without saying why."""

    code = "sources.import_died"
    title = "Import was ended"

    def __init__(self, project: str, exit_code: int) -> None:
        super().__init__(
            f'The import of "{project}" {_ended(exit_code)}; nothing of it remains. '
            "If memory or the disk ran out, make room; then import again."
        )
        self.exit_code = exit_code


def _ended(exit_code: int) -> str:
    return f"was killed (signal {-exit_code})" if exit_code < 0 else f"stopped (code {exit_code})"
