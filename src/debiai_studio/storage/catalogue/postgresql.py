"""What PostgreSQL needs to behave as SQLite does: one writer, readings of one moment, one server.

Two advisory locks, which belong to the database: one for the transaction that writes, one for the
server that uses the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError

from debiai_studio.storage.catalogue.errors import (
    CatalogueTaken,
    CatalogueUnfit,
    CatalogueUnreachable,
    place_of,
)

DRIVER = "postgresql+psycopg"
SCHEMES = ("postgresql", "postgres", DRIVER)

_WRITER = 0x64656269_77726974
_SERVER = 0x64656269_73727672
_CONNECT_SECONDS = 10

# A server whose machine went away must not keep the next one out for hours.
_KEEPALIVE = ("SET tcp_keepalives_idle=30", "SET tcp_keepalives_interval=10")


def make_engine(url: URL) -> Engine:
    """An engine whose transactions write one after the other. Raises CatalogueUnfit.

    Whatever uses it raises CatalogueUnreachable when the database is away.
    """
    arguments = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_SECONDS}
    try:
        engine = create_engine(
            url.set(drivername=DRIVER),
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",  # a writer sees what was written while it waited
            hide_parameters=True,
            connect_args={**arguments, "client_encoding": "utf8"},
        )
    except ModuleNotFoundError as error:
        raise CatalogueUnfit(
            "A catalogue in PostgreSQL needs the package psycopg: "
            'install it with pip install "debiai-studio[postgresql]".'
        ) from error
    event.listen(engine, "handle_error", _translate)
    event.listen(engine, "begin", _begin)
    return engine


def alone(engine: Engine) -> Callable[[], None]:
    """Keep other servers out; returns how to let them in again. Raises CatalogueTaken."""
    connection = engine.raw_connection()
    connection.detach()  # the lock goes with it, so it must not serve others
    cursor = connection.cursor()
    for statement in _KEEPALIVE:
        cursor.execute(statement)
    cursor.execute(f"SELECT pg_try_advisory_lock({_SERVER})")
    (got,) = cursor.fetchone() or (False,)
    connection.commit()
    if not got:
        connection.close()
        raise CatalogueTaken(engine.url)
    return connection.close


def _begin(connection: Any) -> None:
    if connection.get_execution_options().get("read_only", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")


def _translate(context: ExceptionContext) -> None:
    # Below its first line, an error repeats the row that was refused, document included.
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])
    if context.is_pre_ping or not isinstance(context.sqlalchemy_exception, OperationalError):
        return
    if (context.connection is None or context.is_disconnect) and context.engine is not None:
        reason = str(context.original_exception).strip().rstrip(".")
        raise CatalogueUnreachable(context.engine.url, reason)


def require_utf8(engine: Engine) -> None:
    """Return when the database keeps any text. Raises CatalogueUnfit."""
    with engine.connect().execution_options(read_only=True) as connection:
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise CatalogueUnfit(
            f"The catalogue {place_of(engine.url)} keeps text as {encoding}: "
            "make the database with ENCODING 'UTF8'."
        )
