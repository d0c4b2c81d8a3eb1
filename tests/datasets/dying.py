"""A program that dies by SIGKILL at a named place while it changes data.

Arguments: folder, action (import, append, put results, put values,
reshape, compact or delete), place.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from tests.datasets.studio import Studio, batch

from debiai_studio.datasets.model import ColumnType
from debiai_studio.datasets.results import ModelOfResults, ResultValues
from debiai_studio.datasets.shape import NewColumn, with_columns
from debiai_studio.failpoints import Failpoints
from debiai_studio.projects.model import LOCAL, ProjectRef

REF = ProjectRef(LOCAL, "flights")
NEW = NewColumn("weather", ColumnType.TEXT)


def main(folder: str, action: str, place: str) -> None:
    """Do it, and die on the way."""
    studio = Studio(Path(folder), Failpoints(place))
    if action == "import":
        studio.make_small(5, name="other")
    elif action == "append":
        studio.datasets.append(REF, [batch(["s1", "n"], value=[10.0, 20.0])])
    elif action == "put results":
        owner = ModelOfResults(("method", "m1"), "Answers", "2026-01-01T00:00:00.000Z")
        answer = {
            "answer": ResultValues(ColumnType.TEXT, pa.array(["a", "b"]), np.array([True, True]))
        }
        studio.datasets.put_results(REF, owner, np.array([0, 2]), answer)
    elif action == "put values":
        values = {"weather": pa.array(["fog", "sun"])}
        studio.datasets.put_values(REF, [NEW], np.array([0, 2]), values)
    elif action == "reshape":
        studio.datasets.reshape(REF, lambda before: with_columns(before, [NEW]))
    elif action == "compact":
        studio.datasets.compact(REF)
    elif action == "delete samples":
        studio.datasets.delete_samples(REF, pa.array(["s2"]))
    else:
        studio.projects.delete(REF)


if __name__ == "__main__":
    main(*sys.argv[1:])
