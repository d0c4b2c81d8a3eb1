"""Values as text in the canonical form of their column's type, as filters and pages write them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from debiai_studio.datasets.model import Column, ColumnType


def canonical_text(column: Column, value: pa.Scalar[Any]) -> str | None:
    """The text of a stored value; None for a missing one."""
    if not value.is_valid:
        return None
    if column.type is ColumnType.TIME:
        moment = np.datetime64(int(value.cast(pa.int64()).as_py()), "us")
        whole = int(moment.astype(np.int64)) % 1_000_000 == 0
        text = str(np.datetime_as_string(moment, unit="s" if whole else "us"))
        return f"{text}Z" if column.zoned else text
    plain = value.as_py()
    if column.type is ColumnType.BOOLEAN:
        return "true" if plain else "false"
    return repr(plain) if column.type is ColumnType.NUMBER else str(plain)
