"""A program that dies by SIGKILL at a named place while it changes data.

Arguments: folder, action (import, append, compact or delete), place.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
from tests.datasets.studio import Studio, batch

from debiai_studio.failpoints import Failpoints
from debiai_studio.projects.model import LOCAL, ProjectRef

REF = ProjectRef(LOCAL, "flights")


def main(folder: str, action: str, place: str) -> None:
    """Do it, and die on the way."""
    studio = Studio(Path(folder), Failpoints(place))
    if action == "import":
        studio.make_small(5, name="other")
    elif action == "append":
        studio.datasets.append(REF, [batch(["s1", "n"], value=[10.0, 20.0])])
    elif action == "compact":
        studio.datasets.compact(REF)
    elif action == "delete samples":
        studio.datasets.delete_samples(REF, pa.array(["s2"]))
    else:
        studio.projects.delete(REF)


if __name__ == "__main__":
    main(*sys.argv[1:])
