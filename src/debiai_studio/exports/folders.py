"""Where methods of type ``file`` may write: methods of the page only under allowed folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from debiai_studio.exports.errors import InvalidMethod
from debiai_studio.exports.model import ExportMethod, Origin

_TYPE = "file"


class ExportFolders:
    """The folder for exports, and further ones that the operator allowed."""

    def __init__(self, exports: Path, allowed: Sequence[Path] = ()) -> None:
        self._exports = exports
        self._allowed = (exports, *allowed)

    def placed(self, method: ExportMethod) -> ExportMethod:
        """The method with an absolute folder; relative ones are under the folder for exports.

        Links are followed first. Raises InvalidMethod when a method of the page would write
        anywhere else.
        """
        if method.type != _TYPE or not method.parameters:
            return method
        own = method.origin is Origin.PAGE
        if "://" in method.parameters[0] and not own:
            return method
        folder = (self._exports / method.parameters[0]).resolve()
        if own and not any(folder.is_relative_to(known.resolve()) for known in self._allowed):
            known = ", ".join(str(path) for path in self._allowed)
            raise InvalidMethod(
                f'The export method "{method.name}" may not write to {folder}',
                f"methods made in the page write under {known}; other folders are allowed by "
                "DEBIAI_FILE_EXPORT_FOLDERS, or the method is defined in config.ini.",
            )
        return replace(method, parameters=(str(folder), *method.parameters[1:]))
