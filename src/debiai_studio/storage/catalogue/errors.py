"""What can be wrong with the database that is the catalogue."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL

from debiai_studio.errors import Conflict, Invalid, Unavailable


class CatalogueUnreachable(Unavailable):
    """The database does not answer, or lets nobody in."""

    code = "catalogue.unreachable"
    title = "Catalogue not reachable"

    def __init__(self, url: URL, reason: str) -> None:
        super().__init__(
            f"The catalogue {place_of(url)} cannot be used ({reason}): "
            "look whether the database runs, and at its address in the setting catalogue."
        )


class CatalogueFull(Unavailable):
    """The disk has no place for what is to be recorded; nothing was."""

    code = "catalogue.full"
    title = "Disk is full"

    def __init__(self, url: URL) -> None:
        super().__init__(
            f"Nothing was recorded: the disk is full that holds the catalogue {place_of(url)}. "
            "Please free some space, then try again."
        )


class CatalogueUnfit(Invalid):
    """The setting names a database that cannot be a catalogue."""

    code = "catalogue.unfit"
    title = "Catalogue not usable"


class CatalogueTaken(Unavailable):
    """Another server works with the catalogue."""

    code = "catalogue.taken"
    title = "Catalogue in use"

    def __init__(self, url: URL) -> None:
        super().__init__(
            f"Another DebiAI Studio uses the catalogue {place_of(url)}: "
            "end it, or give this one a database of its own in the setting catalogue."
        )


class CatalogueOfOthers(Conflict):
    """Catalogue and data folder do not belong together; going on would remove data."""

    code = "catalogue.of_others"
    title = "Catalogue of other data"

    def __init__(self, url: URL, folder: Path) -> None:
        super().__init__(
            f"The catalogue {place_of(url)} does not belong to the data in {folder}: use the "
            "catalogue that was used before, or another data folder with a new catalogue."
        )


def place_of(url: URL) -> str:
    """Where the database is, without anything secret."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    port = "" if url.port is None else f":{url.port}"
    return f"{url.database} on {url.host or 'this machine'}{port}"
