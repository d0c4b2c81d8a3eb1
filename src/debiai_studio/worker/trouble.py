"""Says in the log that something unexpected happened, without the values that were around."""

from __future__ import annotations

import traceback

import structlog

log = structlog.get_logger(__name__)


def report_trouble(event: str, error: Exception, **fields: str) -> None:
    """Log kind and place of the error; its text and its frames may hold secrets or samples."""
    last = traceback.extract_tb(error.__traceback__)[-3:]
    where = " > ".join(f"{frame.filename}:{frame.lineno}" for frame in last)
    log.error(event, error=type(error).__name__, where=where, **fields)
