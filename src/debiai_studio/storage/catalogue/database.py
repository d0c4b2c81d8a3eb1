"""Opens the catalogue: SQLite in WAL mode with full synchronisation, or PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError

from debiai_studio.storage.catalogue import postgresql
from debiai_studio.storage.catalogue.errors import CatalogueFull, CatalogueUnfit

MIGRATIONS = Path(__file__).parent / "migrations"


def open_catalogue(url: str) -> Engine:
    """Connect to ``url`` (an SQLAlchemy address) and bring its tables up to date.

    Raises CatalogueUnreachable, CatalogueUnfit.
    """
    address = _address(url)
    engine = _sqlite(address) if address.drivername == "sqlite" else postgresql.make_engine(address)
    try:
        _bring_up_to_date(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def alone(engine: Engine) -> Callable[[], None]:
    """Keep other servers away from the catalogue; returns how to let them in again.

    SQLite lies in the data folder, whose lock is enough. Raises CatalogueTaken.
    """
    return (lambda: None) if engine.dialect.name == "sqlite" else postgresql.alone(engine)


def _bring_up_to_date(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        postgresql.require_utf8(engine)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        address = None
    if address is None or address.drivername not in ("sqlite", *postgresql.SCHEMES):
        raise CatalogueUnfit(
            "The setting catalogue is no address of a PostgreSQL database: "
            "write postgresql://user:password@host:5432/database."
        )
    return address


def _sqlite(address: URL) -> Engine:
    # Errors of statements would otherwise carry their parameters, documents included.
    engine = create_engine(address, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    event.listen(engine, "handle_error", _translate)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own implicit BEGIN is deferred, which turns two writers into "database is
    # locked"; with it off, _begin_immediate decides.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.close()


def _translate(context: ExceptionContext) -> None:
    code = getattr(context.original_exception, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL and context.engine is not None:
        raise CatalogueFull(context.engine.url)


def _begin_immediate(connection: Any) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
