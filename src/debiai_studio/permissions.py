"""What this server lets others do with the projects kept here: its operator decides.

StudioError
└── Forbidden
    ├── NotPermitted   one kind of change is switched off
    └── LocalDisabled  the projects kept here are switched off
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from debiai_studio.errors import Forbidden

Permission = Literal[
    "create_projects",
    "delete_projects",
    "insert_data",
    "create_selections",
    "delete_selections",
    "create_models",
    "delete_models",
    "insert_results",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
SECTION = "INTEGRATED_DATA_PROVIDER"

_WHAT: dict[Permission, str] = {
    "create_projects": "Project creation",
    "delete_projects": "Project deletion",
    "insert_data": "Data insertion",
    "create_selections": "Selection creation",
    "delete_selections": "Selection deletion",
    "create_models": "Model creation",
    "delete_models": "Model deletion",
    "insert_results": "Results insertion",
}


class NotPermitted(Forbidden):
    """One kind of change is switched off."""

    code = "permissions.not_permitted"

    def __init__(self, permission: Permission) -> None:
        super().__init__(
            f"{_WHAT[permission]} is not allowed on this server: allow_{permission} = false in "
            f"[{SECTION}]. Ask who runs it."
        )
        self.permission = permission


class LocalDisabled(Forbidden):
    """The projects kept here are switched off."""

    code = "permissions.local_disabled"

    def __init__(self) -> None:
        super().__init__(
            f"The projects kept on this server are switched off: enabled = false in [{SECTION}]. "
            "Ask who runs it."
        )


@dataclass(frozen=True, slots=True)
class Permissions:
    """Whether the projects kept here are served, and which changes of them are ``refused``."""

    enabled: bool = True
    refused: frozenset[Permission] = frozenset()

    def require(self, *needed: Permission) -> None:
        """Return when all is allowed. Raises LocalDisabled, NotPermitted."""
        if not self.enabled:
            raise LocalDisabled
        for permission in needed:
            if permission in self.refused:
                raise NotPermitted(permission)

    def allows(self, permission: Permission) -> bool:
        """Whether ``require`` would return."""
        return self.enabled and permission not in self.refused

    def reasons(self) -> dict[Permission, str]:
        """Why, of each change that is not allowed."""
        if not self.enabled:
            return {permission: str(LocalDisabled()) for permission in PERMISSIONS}
        return {
            permission: str(NotPermitted(permission))
            for permission in PERMISSIONS
            if permission in self.refused
        }
