"""Text in the catalogue, of the same kind in both databases."""

from __future__ import annotations

from sqlalchemy import Dialect, String, TypeDecorator


class Words(TypeDecorator[str]):
    """Text without NUL, which PostgreSQL cannot keep: an answer of a receiver may hold one.

    Text that others write has no length here, since PostgreSQL would refuse what is longer.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text with U+FFFD in place of NUL."""
        del dialect
        return None if value is None else value.replace("\0", "\ufffd")
