"""Arrow without pandas; to be imported before anything that makes an array.

Arrow looks with the first array whether pandas is there, and loads it. That is half of the start
of a process that never meets a data frame. A source that wants pandas can still import it: Arrow
looks again when it is given a data frame.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder

import pyarrow as pa


class _WithoutPandas(MetaPathFinder):
    def find_spec(self, name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


_finder = _WithoutPandas()
sys.meta_path.insert(0, _finder)
pa.array([0])
sys.meta_path.remove(_finder)
