"""Refuses what the operator does not let others do with the projects kept here."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, Request

from debiai_studio.http.services import ServicesDep
from debiai_studio.permissions import Permission
from debiai_studio.projects.model import LOCAL, LOCAL_NAMES


def permitted(*needed: Permission) -> Any:
    """A dependency of a route. One without a source in its path is about the projects kept here."""

    async def check(request: Request, services: ServicesDep) -> None:
        if request.path_params.get("source", LOCAL) in LOCAL_NAMES:
            services.permissions.require(*needed)

    return Depends(check)


async def _served(request: Request, services: ServicesDep) -> None:
    if request.path_params.get("source") in LOCAL_NAMES:
        services.permissions.require()


# A dependency of every route: where the projects kept here are switched off, none is reached.
SERVED = Depends(_served)
